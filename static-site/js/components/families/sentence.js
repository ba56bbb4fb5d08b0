// The filter of the table as a sentence with blanks: "Les familles dont un enfant est à [Jules-Ferry] et qui [sont sans mél]".

import { h } from '../../lib/dom.js';

/** The conditions that the API knows, in the order of the sentence. */
export const CONDITIONS = ['school', 'class', 'mel', 'portal', 'quotient', 'pieces', 'owes_days'];

/** What a family may be beside its school and class: condition, value, words. */
const FLAGS = [
  ['mel', 'none', 'sont sans mél'],
  ['portal', 'never', 'ne se sont jamais connectées'],
  ['quotient', 'unknown', 'n’ont pas de QF connu'],
  ['pieces', 'missing', 'ont une pièce qui manque'],
  ['owes_days', '0', 'doivent depuis plus d’un jour'],
  ['owes_days', '30', 'doivent depuis plus de 30 jours'],
  ['owes_days', '60', 'doivent depuis plus de 60 jours'],
  ['owes_days', '90', 'doivent depuis plus de 90 jours'],
];
const TAKE_AWAY = '';

/** The words of a condition by itself: "sans mél", "Jules-Ferry". */
export function condition(name, value) {
  if (name === 'school' || name === 'class') return value;
  return words(name, value).replace(/^sont /, '');
}

const words = (name, value) => FLAGS.find(([one, of]) => one === name && of === value)?.[2] ?? `doivent depuis plus de ${value} jours`;

/** The nodes of the sentence, which ends with its count; `change(conditions)` is told what is asked for next. */
export function sentence(asked, { schools, classes }, count, change) {
  const without = (name) => Object.fromEntries(Object.entries(asked).filter(([one]) => one !== name));
  const parts = ['Les familles'];
  if (asked.school) parts.push(' dont un enfant est à ', blank('school', 'École', asked.school, named(schools, asked.school), 'n’importe quelle école'));
  if (asked.class) parts.push(asked.school ? ' en ' : ' dont un enfant est en ', blank('class', 'Classe', asked.class, named(classes, asked.class), 'n’importe quelle classe'));
  const flags = FLAGS.filter(([name, value]) => asked[name] === value);
  const others = asked.owes_days && !flags.some(([name]) => name === 'owes_days') ? [['owes_days', asked.owes_days, words('owes_days', asked.owes_days)]] : [];
  [...flags, ...others].forEach(([name, value], at) => {
    parts.push(at === 0 && !asked.school && !asked.class ? ' qui ' : ' et qui ', flagBlank(name, value));
  });
  return [...parts, ' : ', count, adds(), h('kbd', { 'data-single-key': true, 'aria-hidden': 'true' }, 'f')];

  function blank(name, label, value, options, none) {
    return select(name, label, [...options.map((one) => [one, one]), [TAKE_AWAY, none]], value, (next) => change(next === TAKE_AWAY ? without(name) : { ...asked, [name]: next }));
  }

  function flagBlank(name, value) {
    const free = FLAGS.filter(([one, of]) => one === name || !(one in asked) || asked[one] === of);
    const options = [...free.map(([one, of, said]) => [`${one}=${of}`, said]), [TAKE_AWAY, '(retirer cette condition)']];
    return select(name, 'Condition', options, `${name}=${value}`, (next) => {
      const [one, of] = next.split('=');
      change(next === TAKE_AWAY ? without(name) : { ...without(name), [one]: of });
    });
  }

  function adds() {
    const free = FLAGS.filter(([name]) => !(name in asked)).map(([name, value, said]) => [`${name}=${value}`, `qui ${said}`]);
    const places = [...(asked.school ? [] : schools.map((one) => [`school=${one}`, `dont un enfant est à ${one}`])), ...(asked.class ? [] : classes.map((one) => [`class=${one}`, `dont un enfant est en ${one}`]))];
    const control = select('adds', 'Ajouter une condition', [[TAKE_AWAY, 'Ajouter une condition'], ...places, ...free], TAKE_AWAY, (next) => {
      const at = next.indexOf('=');
      if (at > 0) change({ ...asked, [next.slice(0, at)]: next.slice(at + 1) });
    });
    control.classList.add('adds');
    return control;
  }
}

const named = (known, value) => (known.includes(value) ? known : [value, ...known]);

function select(name, label, options, value, changed) {
  const control = h('select', { name, 'aria-label': label }, options.map(([of, said]) => h('option', { value: of, selected: of === value }, said)));
  control.addEventListener('change', () => changed(control.value));
  return control;
}
