// The functions that an expression may call. Each takes what its arguments are worth.
import { ExpressionFault } from "./tokens.mjs";

const needList = (name, list) => {
  if (!Array.isArray(list) || list.length === 0 || !list.every(Number.isFinite)) {
    throw new ExpressionFault(`${name} needs a list of numbers`);
  }
  return list;
};

const sum = (list) => needList("sum", list).reduce((total, value) => total + value, 0);

// The sum of 1/k from k = 1 to n: how many means the slowest of n exponential times is expected to last.
function harmonic(n) {
  let total = 0;
  for (let k = n; k >= 1; --k) total += 1 / k;
  return total;
}

// Where y, given at rising x, is first at least `level`: the x of that point.
function first_at(x, y, level) {
  const place = needList("first_at", y).findIndex((value) => value >= level);
  if (place < 0) throw new ExpressionFault(`no value reaches ${level}`);
  return x[place];
}

export const constants = { pi: Math.PI };

export const functions = {
  abs: Math.abs,
  ceil: Math.ceil,
  cos: Math.cos,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log2: Math.log2,
  round: Math.round,
  sin: Math.sin,
  sqrt: Math.sqrt,
  harmonic,
  first_at,
  sum,
  mean: (list) => sum(list) / list.length,
  least: (list) => Math.min(...needList("least", list)),
  most: (list) => Math.max(...needList("most", list)),
  max: (...values) => Math.max(...values),
  min: (...values) => Math.min(...values),
  count: (list) => list.length,
  last: (list) => list.at(-1),
  // Whether two numbers differ by at most this part of the second.
  near: (left, right, part) => Math.abs(left - right) <= part * Math.abs(right),
  // Whether each number is larger than the one before, or smaller.
  rises: (list) => needList("rises", list).every((value, at) => at === 0 || value > list[at - 1]),
  falls: (list) => needList("falls", list).every((value, at) => at === 0 || value < list[at - 1]),
  has: (value) => value !== undefined,
};
