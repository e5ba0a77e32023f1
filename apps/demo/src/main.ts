#!/usr/bin/env node
// Node would open its debugger on a port for whoever may signal us. First of all, hence the import after it.
process.on('SIGUSR1', () => {});
const { runProgram } = await import('./program/run-program.ts');

process.exitCode = await runProgram(process.argv.slice(2));
