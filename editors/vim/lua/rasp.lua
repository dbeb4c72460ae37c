-- Starts `rasp lsp` for programs in Neovim 0.7 or later: `require('rasp').setup()` in init.lua.
-- Semantic tokens need Neovim 0.9, values behind assignments (`inlay_hints = true`) 0.10.
local M = {}

-- The folder whose programs are renamed together: that of the repository, else that of the file.
local function root(file)
  local folder = vim.fn.fnamemodify(file, ':p:h')
  local found = vim.fn.finddir('.git', folder .. ';')
  return found ~= '' and vim.fn.fnamemodify(found, ':p:h:h') or folder
end

-- Keys for what Neovim before 0.11 has no keys for.
local function keys(buffer)
  local function map(key, action, mode)
    vim.api.nvim_buf_set_keymap(buffer, mode or 'n', key, '<cmd>lua ' .. action .. '<cr>', { noremap = true, silent = true })
  end
  map('K', 'vim.lsp.buf.hover()')
  map('gd', 'vim.lsp.buf.definition()')
  map('grn', 'vim.lsp.buf.rename()')
  map('grr', 'vim.lsp.buf.references()')
  map('gra', 'vim.lsp.buf.code_action()')
  map('<C-s>', 'vim.lsp.buf.signature_help()', 'i')
  vim.api.nvim_buf_set_option(buffer, 'omnifunc', 'v:lua.vim.lsp.omnifunc')
end

-- Options: `cmd` (a list), `time_limit` (seconds that a program may take), `inlay_hints`, `keys` (false for none).
function M.setup(options)
  options = options or {}
  local clients = {}

  local function start(buffer)
    local folder = root(vim.api.nvim_buf_get_name(buffer))
    clients[folder] = clients[folder] or vim.lsp.start_client({
      name = 'rasp',
      cmd = options.cmd or { 'rasp', 'lsp' },
      root_dir = folder,
      init_options = { timeLimit = options.time_limit },
      on_exit = function() clients[folder] = nil end,
    })
    if clients[folder] and vim.lsp.buf_attach_client(buffer, clients[folder]) then
      if options.keys ~= false then
        keys(buffer)
      end
      if options.inlay_hints and vim.lsp.inlay_hint then
        vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
      end
    end
  end

  vim.api.nvim_create_autocmd('FileType', {
    pattern = 'rasp',
    callback = function(event) start(event.buf) end,
  })
end

return M
