"use strict";

const assert = require("node:assert");
const { test } = require("node:test");
const { commandLine, delayed, Drawing, failurePage, nameAt, serverCommand, serverOptions } = require("../src/logic");

test("a path with blanks or quotes is one word of the shell", () => {
  assert.equal(commandLine("rasp", "run", "/a/b.rasp"), "rasp run /a/b.rasp");
  assert.equal(commandLine("rasp", "arch", "/my own/it's.rasp"), "rasp arch '/my own/it'\\''s.rasp'");
  assert.equal(commandLine("rasp", "run", "/a;rm -r b.rasp"), "rasp run '/a;rm -r b.rasp'");
});

test("the setting of the command may have arguments", () => {
  assert.deepEqual(serverCommand("rasp"), { command: "rasp", args: ["lsp"] });
  assert.deepEqual(serverCommand(" python3 -m rasp "), { command: "python3", args: ["-m", "rasp", "lsp"] });
  assert.deepEqual(serverOptions({ timeLimit: 3 }), { timeLimit: 3 });
});

test("the name at the cursor, also directly behind it", () => {
  assert.equal(nameAt("x = hist + 1;", 4), "hist");
  assert.equal(nameAt("x = hist + 1;", 8), "hist");
  assert.equal(nameAt("x = hist + 1;", 10), "");
});

test("a page with an error has no markup of its own", () => {
  assert.match(failurePage("unknown name `<b>`"), /unknown name `&lt;b&gt;`/);
});

test("an action runs once, when nothing is typed for a moment", () => {
  const waiting = [];
  const cleared = [];
  const timers = { set: (action) => waiting.push(action), clear: (number) => cleared.push(number) };
  const seen = [];
  const action = delayed((value) => seen.push(value), 300, timers);
  action("a");
  action("b");
  assert.deepEqual(cleared, [undefined, 1]);
  waiting[1]();
  assert.deepEqual(seen, ["b"]);
});

test("a drawing shows the answer to the newest question", async () => {
  const answers = {};
  const shown = [];
  const drawing = new Drawing((uri, name) => new Promise((resolve) => (answers[name] = resolve)), (page) => shown.push(page));
  const first = drawing.renew("file:///a.rasp", "old");
  const second = drawing.renew("file:///a.rasp", "new");
  answers.new("<p>new</p>");
  answers.old("<p>old</p>");
  await Promise.all([first, second]);
  assert.deepEqual(shown, ["<p>new</p>"]);
});

test("a drawing stays while the program does not run, and an error is shown where there is none", async () => {
  const shown = [];
  let answer = () => Promise.reject(new Error("stopped"));
  const drawing = new Drawing(() => answer(), (page) => shown.push(page));
  await drawing.renew("file:///a.rasp", "");
  assert.match(shown[0], /stopped/);
  answer = () => Promise.resolve("<p>1</p>");
  await drawing.renew("file:///a.rasp", "");
  answer = () => Promise.reject(new Error("unknown name"));
  await drawing.renew("file:///a.rasp", "");
  assert.equal(shown.length, 2);
});
