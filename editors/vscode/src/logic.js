// What the extension decides without the editor, so that it can be tested without one.
"use strict";

// A word for a shell: quoted where it has other signs than those of plain paths.
function quoted(word) {
  return /^[\w./:\\-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;
}

// The line that runs a command on a file in a terminal.
function commandLine(program, command, file) {
  return [program, command, quoted(file)].join(" ");
}

// The options with which the language server starts.
function serverOptions(settings) {
  return { timeLimit: settings.timeLimit };
}

// The command and arguments of the server; the setting may have arguments of its own, as `python -m rasp`.
function serverCommand(setting) {
  const [command, ...rest] = setting.trim().split(/\s+/);
  return { command, args: [...rest, "lsp"] };
}

// The name under the cursor, or "" for the last s-op of the program.
function nameAt(line, character) {
  for (const match of line.matchAll(/[a-zA-Z_][a-zA-Z_0-9]*/g)) {
    if (match.index <= character && character <= match.index + match[0].length) {
      return match[0];
    }
  }
  return "";
}

function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

// The page of a panel in which a drawing is not possible.
function failurePage(message) {
  return `<!DOCTYPE html><html><body><pre>${escaped(message)}</pre></body></html>`;
}

// Calls a function once, when it has not been asked for `delay` milliseconds.
function delayed(action, delay, timers = { set: setTimeout, clear: clearTimeout }) {
  let waiting;
  return (...given) => {
    timers.clear(waiting);
    waiting = timers.set(() => action(...given), delay);
  };
}

// A panel with a drawing: asks the server for pages, and shows the answer to the newest question alone.
class Drawing {
  constructor(ask, show) {
    this.ask = ask;
    this.show = show;
    this.asked = 0;
    this.shown = "";
  }

  async renew(uri, name) {
    const number = ++this.asked;
    let page;
    try {
      page = await this.ask(uri, name);
    } catch (error) {
      if (this.shown && number === this.asked) {
        return; // while something is typed that does not run, the last drawing stays
      }
      page = failurePage(error.message);
    }
    if (number === this.asked) {
      this.shown = page;
      this.show(page);
    }
  }
}

module.exports = { commandLine, delayed, Drawing, escaped, failurePage, nameAt, quoted, serverCommand, serverOptions };
