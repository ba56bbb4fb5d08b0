// A page that has moved: its address leads on, with all that it said.

location.replace(`/a-verifier.html${location.search}`);
