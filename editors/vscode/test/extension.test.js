"use strict";

const assert = require("node:assert");
const Module = require("node:module");
const { test } = require("node:test");

// An editor that notes what the extension does.
function editor({ fails = false } = {}) {
  const seen = { commands: {}, errors: [], sent: [], terminals: [], panels: [], settings: { command: "rasp", timeLimit: 2, inlayHints: false } };
  const document = {
    languageId: "rasp",
    uri: { toString: () => "file:///a.rasp", fsPath: "/my files/a.rasp" },
    lineAt: () => ({ text: "hist = 1;" }),
    save: async () => true,
  };
  const disposable = { dispose: () => {} };
  const vscode = {
    ConfigurationTarget: { Global: 1 },
    ViewColumn: { Beside: -2 },
    commands: { registerCommand: (name, action) => ((seen.commands[name] = action), disposable) },
    window: {
      activeTextEditor: { document, selection: { active: { line: 0, character: 2 } } },
      terminals: [],
      createTerminal: (name) => ({ name, show: () => {}, sendText: (text) => seen.terminals.push(text) }),
      createWebviewPanel: (kind, title) => {
        const panel = { title, webview: { html: "" }, onDidDispose: () => disposable };
        seen.panels.push(panel);
        return panel;
      },
      showErrorMessage: (text) => seen.errors.push(text),
    },
    workspace: {
      createFileSystemWatcher: (pattern) => pattern,
      getConfiguration: () => ({
        get: (name) => seen.settings[name],
        update: async (name, value) => {
          seen.settings[name] = value;
          seen.configured({ affectsConfiguration: (section) => section === `rasp.${name}` });
        },
      }),
      onDidChangeConfiguration: (listener) => ((seen.configured = listener), disposable),
      onDidChangeTextDocument: (listener) => ((seen.changed = listener), disposable),
    },
  };
  class LanguageClient {
    constructor(id, name, server, options) {
      Object.assign(seen, { server, options });
    }
    async start() {
      if (fails) {
        throw new Error("spawn rasp ENOENT");
      }
    }
    getFeature() {
      return { getAllProviders: () => [{ onDidChangeInlayHints: { fire: () => (seen.renewed = true) } }] };
    }
    async stop() {
      seen.stopped = true;
    }
    async sendRequest(method, parameters) {
      seen.sent.push([method, parameters]);
      return "<p>drawing</p>";
    }
  }
  return { seen, stubs: { vscode, "vscode-languageclient/node": { LanguageClient } } };
}

// The extension, loaded with such an editor.
function loaded({ stubs }) {
  const load = Module._load;
  Module._load = (name, ...rest) => stubs[name] ?? load(name, ...rest);
  try {
    delete require.cache[require.resolve("../src/extension")];
    return require("../src/extension");
  } finally {
    Module._load = load;
  }
}

test("it starts the server, and has the commands of package.json", async () => {
  const made = editor();
  const extension = loaded(made);
  await extension.activate({ subscriptions: [] });
  const { seen } = made;
  assert.deepEqual(seen.server.run, { command: "rasp", args: ["lsp"] });
  assert.deepEqual(seen.options.initializationOptions, { timeLimit: 2 });
  const { contributes } = require("../package.json");
  assert.deepEqual(Object.keys(seen.commands).sort(), contributes.commands.map((each) => each.command).sort());
  await extension.deactivate();
  assert.ok(seen.stopped);
});

test("Run and Arch run the file in a terminal", async () => {
  const made = editor();
  await loaded(made).activate({ subscriptions: [] });
  await made.seen.commands["rasp.run"]();
  await made.seen.commands["rasp.arch"]();
  assert.deepEqual(made.seen.terminals, ["rasp run '/my files/a.rasp'", "rasp arch '/my files/a.rasp'"]);
});

test("Draw shows the s-op at the cursor", async () => {
  const made = editor();
  await loaded(made).activate({ subscriptions: [] });
  await made.seen.commands["rasp.draw"]();
  const [method, { command, arguments: given }] = made.seen.sent.at(-1);
  assert.deepEqual([method, command, given], ["workspace/executeCommand", "rasp.drawing", ["file:///a.rasp", "hist"]]);
  assert.deepEqual(made.seen.panels.map((panel) => [panel.title, panel.webview.html]), [["RASP: hist", "<p>drawing</p>"]]);
});

test("values behind assignments are shown on request", async () => {
  const made = editor();
  await loaded(made).activate({ subscriptions: [] });
  const ask = () => made.seen.options.middleware.provideInlayHints(null, null, null, () => ["= 1"]);
  assert.deepEqual(ask(), []);
  await made.seen.commands["rasp.toggleInlayHints"]();
  assert.deepEqual(ask(), ["= 1"]);
  assert.ok(made.seen.renewed);
});

test("a server that does not start is explained", async () => {
  const made = editor({ fails: true });
  await loaded(made).activate({ subscriptions: [] });
  assert.match(made.seen.errors[0], /rasp-lang\[lsp\]/);
});
