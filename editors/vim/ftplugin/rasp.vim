" Settings for RASP: comments, indentation, `:make` for `rasp check`, `gq` for `rasp fmt`.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal commentstring=#\ %s comments=:# suffixesadd=.rasp
setlocal formatoptions-=t formatoptions+=croql " code is never wrapped; comments go on in the next line
setlocal expandtab shiftwidth=4 softtabstop=4 cindent cinkeys=0{,0},!^F,o,O cinoptions=+4,(4,j1,J1
let &l:include = '^\s*load\s\+"'
compiler rasp

" Formats lines as a program; where that fails, the text stays, and the error is shown.
function! RaspFormat() abort
  if mode() =~# '[iR]'
    return 1
  endif
  let l:lines = getline(v:lnum, v:lnum + v:count - 1)
  let l:errors = tempname()
  let l:after = systemlist('rasp fmt - 2>' .. shellescape(l:errors), l:lines)
  let l:status = v:shell_error
  let l:said = filereadable(l:errors) ? substitute(join(readfile(l:errors)[:1], ' '), '\s\+', ' ', 'g') : ''
  call delete(l:errors)
  if l:status
    echohl ErrorMsg | echomsg l:said | echohl None
    return 0
  endif
  if l:after !=# l:lines
    call append(v:lnum + v:count - 1, l:after)
    execute 'keepjumps' v:lnum .. ',' .. (v:lnum + v:count - 1) .. 'delete _'
  endif
  return 0
endfunction
setlocal formatexpr=RaspFormat()

let b:undo_ftplugin = 'setlocal commentstring< comments< formatoptions< suffixesadd< expandtab< shiftwidth< softtabstop< include<'
      \ .. ' cindent< cinkeys< cinoptions< formatexpr< makeprg< errorformat<'
