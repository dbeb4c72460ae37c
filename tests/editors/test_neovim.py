"""A real Neovim, headless, over `rasp lsp`. Written for 0.7, which Debian 12 has."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.editors.programs import EDITORS

NEOVIM = shutil.which("nvim")
pytestmark = pytest.mark.skipif(NEOVIM is None or find_spec("pygls") is None, reason="needs nvim and pygls")

PROGRAM = """\
# How often each token occurs.
hist = selector_width(select(tokens, tokens, ==));
more = hist+1;
wrong = hist + nope;
x = selector_w
"""

SCRIPT = """
local seen = {}
require('rasp').setup({ cmd = { PYTHON, '-m', 'rasp', 'lsp' } })
vim.cmd('edit a.rasp')
local function at(line, column)
  local params = { textDocument = vim.lsp.util.make_text_document_params() }
  params.position = { line = line, character = column }
  return params
end
local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/' .. method, params, 20000)
  for _, answer in pairs(answers or {}) do
    return answer.result
  end
end
vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 20)
seen.diagnostics = vim.tbl_map(function(each) return { each.lnum, each.col, each.message } end, vim.diagnostic.get(0))
seen.completion = vim.tbl_map(function(each) return each.label end, ask('completion', at(4, 14)).items)
seen.hover = ask('hover', at(1, 1)).contents.value
seen.definition = ask('definition', at(2, 8))[1].range.start.line
vim.api.nvim_buf_set_lines(0, 3, 5, false, {})
vim.api.nvim_win_set_cursor(0, { 2, 0 })
vim.lsp.buf.rename('often')
vim.wait(20000, function() return vim.fn.getline(2):find('often') ~= nil end, 20)
if vim.lsp.buf.formatting_sync then
  vim.lsp.buf.formatting_sync(nil, 20000)
else
  vim.lsp.buf.format({ timeout_ms = 20000 })
end
seen.text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')
vim.wait(20000, function() return #vim.diagnostic.get(0) == 0 end, 20)
seen.left = #vim.diagnostic.get(0)
vim.fn.writefile({ vim.fn.json_encode(seen) }, 'seen.json')
vim.cmd('qa!')
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the script has seen."""
    folder = tmp_path_factory.mktemp("neovim")
    (folder / "a.rasp").write_text(PROGRAM, encoding="utf-8")
    (folder / "script.lua").write_text(SCRIPT.replace("PYTHON", json.dumps(sys.executable)), encoding="utf-8")
    start = f"let &rtp = '{EDITORS / 'vim'},' . &rtp | filetype plugin on"
    command = [str(NEOVIM), "--headless", "-u", "NONE", "-i", "NONE", "--cmd", start, "-c", "luafile script.lua"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (folder / "seen.json").exists(), done.stderr
    return json.loads((folder / "seen.json").read_text(encoding="utf-8"))


def test_it_shows_diagnostics(seen: Any) -> None:
    assert [3, 15, "unknown name `nope`"] in seen["diagnostics"]


def test_it_completes(seen: Any) -> None:
    assert seen["completion"] == ["selector_width"]


def test_it_hovers(seen: Any) -> None:
    assert 'hist("hello") = [1, 1, 2, 2, 1] (ints)' in seen["hover"]
    assert "1 layer, 2 heads" in seen["hover"]


def test_it_goes_to_the_definition(seen: Any) -> None:
    assert seen["definition"] == 1


def test_it_renames_and_formats(seen: Any) -> None:
    assert seen["text"] == (
        "# How often each token occurs.\noften = selector_width(select(tokens, tokens, ==));\nmore = often + 1;"
    )
    assert seen["left"] == 0


def test_completion_by_keys(tmp_path: Path) -> None:
    """Omni completion as one types."""
    (tmp_path / "a.rasp").write_text("x = selector_w\n", encoding="utf-8")
    script = f"""
    require('rasp').setup({{ cmd = {{ {json.dumps(sys.executable)}, '-m', 'rasp', 'lsp' }} }})
    vim.cmd('edit a.rasp')
    vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 20)
    vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('A<C-x><C-o>', true, false, true), 'n', false)
    local waited = 0
    vim.loop.new_timer():start(50, 50, vim.schedule_wrap(function()
      waited = waited + 1
      if vim.fn.getline(1) ~= 'x = selector_w' or waited > 400 then
        vim.fn.writefile({{ vim.fn.getline(1) }}, 'seen')
        vim.cmd('qa!')
      end
    end))
    """
    (tmp_path / "script.lua").write_text(script, encoding="utf-8")
    start = f"let &rtp = '{EDITORS / 'vim'},' . &rtp | filetype plugin on"
    command = [str(NEOVIM), "--headless", "-u", "NONE", "-i", "NONE", "--cmd", start, "-c", "luafile script.lua"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (tmp_path / "seen").read_text(encoding="utf-8").strip() == "x = selector_width"
