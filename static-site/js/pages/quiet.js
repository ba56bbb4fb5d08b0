// The pages that only say a sentence today: the frame is all they need.

import { openFrame } from '../components/frame/frame.js';

openFrame({ ask: true });
