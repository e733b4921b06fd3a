/** Each command's help, with an example that its own options allow. */
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../../cli/program.js';

/** Commands that do something, by the words that call them. */
function leavesOf(command: Command, words: string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[words.join(' '), command]];
  return command.commands.flatMap((child) => leavesOf(child, [...words, child.name()]));
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

test.each(leavesOf(createProgram()))(
  '%s has an example of itself, with options that it knows',
  (words, command) => {
    const [, example = ''] = helpOf(command).split('Example:\n');
    expect(example.trim()).toMatch(new RegExp(`(^|\\()cloister ${words}( |$)`));
    const known = command.options.map(({ long }) => long);
    for (const option of example.match(/(?<![\w-])--[a-z]+/g) ?? [])
      expect(known).toContain(option);
    const required = command.options.filter(({ mandatory, defaultValue }) => {
      return mandatory && defaultValue === undefined;
    });
    for (const { long } of required) expect(example).toContain(long);
  },
);
