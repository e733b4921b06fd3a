import { Refusal } from '../refusal.js';

/** Lines of a text that ends in LF, without it. @throws Refusal `table-invalid` */
export function* linesOf(bytes: Buffer): Generator<string> {
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(10, start);
    if (end < 0) throw new Refusal('table-invalid');
    yield bytes.toString('utf8', start, end);
    start = end + 1;
  }
}

/** Cells of a line. @throws Refusal `table-invalid` unless there are exactly `columns`. */
export function cellsOf(line: string, columns: number): string[] {
  const cells = line.split('\t');
  if (cells.length !== columns) throw new Refusal('table-invalid');
  return cells;
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** A finite decimal number, written without blanks, hexadecimal or infinity. @throws Refusal `table-invalid` */
export function numberOf(text: string): number {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new Refusal('table-invalid');
  return value;
}

/** @throws Refusal `table-invalid` */
export function countOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Refusal('table-invalid');
  return Number(text);
}

/** @returns the number with at most so many significant digits, in its shortest form. */
export function significant(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}
