// The extension: starts `rasp lsp`, and adds the commands Run, Arch and Draw.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");
const { commandLine, delayed, Drawing, nameAt, serverCommand, serverOptions } = require("./logic");

const RENEWED_AFTER = 300; // milliseconds without an edit

let client;

function settings() {
  return vscode.workspace.getConfiguration("rasp");
}

async function activate(context) {
  const run = serverCommand(settings().get("command"));
  const selector = [{ language: "rasp", scheme: "file" }, { language: "rasp", scheme: "untitled" }];
  client = new LanguageClient("rasp", "RASP", { run, debug: run }, {
    documentSelector: selector,
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.rasp") },
    initializationOptions: serverOptions({ timeLimit: settings().get("timeLimit") }),
    middleware: {
      provideInlayHints: (document, range, token, next) =>
        settings().get("inlayHints") ? next(document, range, token) : [],
    },
  });
  context.subscriptions.push(
    vscode.commands.registerCommand("rasp.run", () => inTerminal("run")),
    vscode.commands.registerCommand("rasp.arch", () => inTerminal("arch")),
    vscode.commands.registerCommand("rasp.draw", () => draw(context)),
    vscode.commands.registerCommand("rasp.toggleInlayHints", () =>
      settings().update("inlayHints", !settings().get("inlayHints"), vscode.ConfigurationTarget.Global),
    ),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("rasp.inlayHints")) {
        renewInlayHints();
      }
    }),
  );
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(
      `The RASP language server does not start: ${error.message}. \`pip install 'rasp-lang[lsp]'\` brings it; ` +
        "the setting rasp.command says where it is.",
    );
  }
}

// Makes the editor ask for the values behind assignments again.
function renewInlayHints() {
  for (const provider of client.getFeature("textDocument/inlayHint").getAllProviders()) {
    provider.onDidChangeInlayHints.fire();
  }
}

function deactivate() {
  return client?.stop();
}

async function inTerminal(command) {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== "rasp" || !(await document.save())) {
    return;
  }
  const known = vscode.window.terminals.find((terminal) => terminal.name === "RASP");
  const terminal = known ?? vscode.window.createTerminal("RASP");
  terminal.show(true);
  terminal.sendText(commandLine(settings().get("command"), command, document.uri.fsPath));
}

// Opens a panel with the drawing of the s-op at the cursor, or of the program's last one, and renews it while one types.
async function draw(context) {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "rasp") {
    return;
  }
  const { document, selection } = editor;
  const uri = document.uri.toString();
  const name = await drawable(uri, nameAt(document.lineAt(selection.active.line).text, selection.active.character));
  const title = name ? `RASP: ${name}` : "RASP";
  const panel = vscode.window.createWebviewPanel("rasp.draw", title, vscode.ViewColumn.Beside, { enableScripts: true });
  const drawing = new Drawing(page, (html) => {
    panel.webview.html = html;
  });
  const renew = delayed(() => drawing.renew(uri, name), RENEWED_AFTER);
  const listener = vscode.workspace.onDidChangeTextDocument((event) => {
    if (event.document.languageId === "rasp") {
      renew();
    }
  });
  panel.onDidDispose(() => listener.dispose(), null, context.subscriptions);
  await drawing.renew(uri, name);
}

function page(uri, name) {
  return client.sendRequest("workspace/executeCommand", { command: "rasp.drawing", arguments: [uri, name] });
}

// The name, if it can be drawn; "" for the last s-op of the program.
async function drawable(uri, name) {
  if (!name) {
    return "";
  }
  try {
    await page(uri, name);
    return name;
  } catch {
    return "";
  }
}

module.exports = { activate, deactivate };
