" Syntax of RASP. Made by `python -m rasp.assist.grammars` from the list of tokens; do not edit.
if exists('b:current_syntax')
  finish
endif

syntax case match
syntax match raspError ~[^ \t\r]~
syntax match raspPunctuation ~[][(){},:;]~
syntax match raspOperator ~[-+*/%^=<>]\|!=~
syntax match raspName ~\h\w*~
syntax match raspLiteralNumberInteger ~\<\d\+~
syntax match raspLiteralNumberFloat ~\<\d\+\.\d\+~
syntax match raspError ~"[^"]*$~
syntax match raspLiteralString ~"[^"]*"~
syntax match raspCommentSingle ~#.*~ contains=@Spell
syntax match raspNameBuiltin ~\<\%(aggregate\|select\)\>\%(\s*(\)\@=~
syntax match raspNameFunction ~\h\w*~ contained
syntax match raspKeyword ~\%(^\|[;{}]\)\@1<=\s*\zsload\%(\s*"\)\@=~
syntax match raspKeyword ~\%(^\|[;{}]\)\@1<=\s*\zsdraw\%(\s*(\)\@=~
syntax match raspKeywordPseudo ~\%(^\|[;{}]\)\@1<=\s*\zs\%(set\|show\)\s\+\%(\%(s-op\|selector\)\s\+\)\=example\>~
syntax match raspKeywordPseudo ~\%(^\|[;{}]\)\@1<=\s*\zs\%(\%(s-op\|selector\)\s\+\)\=examples\s\+\%(on\|off\)\>~
syntax match raspKeywordPseudo ~\%(^\|[;{}]\)\@1<=\s*\zsfull\s\+seq\s\+display\s\+\%(on\|off\)\>~
syntax match raspKeywordPseudo ~\%(^\|[;{}]\)\@1<=\s*\zs\%(exit\|quit\)\%(\s*(\s*)\)\=\%(\s*\%([;#]\|$\)\)\@=~
syntax keyword raspKeyword def nextgroup=raspNameFunction skipwhite
syntax keyword raspKeyword for return if else
syntax keyword raspOperatorWord and in not or
syntax keyword raspKeywordConstant True False
syntax keyword raspNameBuiltinPseudo indices tokens tokens_asis tokens_bool tokens_float tokens_int tokens_str
syntax keyword raspNameBuiltin best lookup near round indicator range zip len average count full_s has_focus length load_from_location mark_first_instance mark_last_instance max min select_from_first select_from_last select_next_identical selector_width shift sort
syntax match raspNameBuiltin ~\<contains\>~

highlight default link raspCommentSingle Comment
highlight default link raspError Error
highlight default link raspKeyword Keyword
highlight default link raspKeywordConstant Boolean
highlight default link raspKeywordPseudo PreProc
highlight default link raspNameBuiltin Function
highlight default link raspNameBuiltinPseudo Special
highlight default link raspNameFunction Identifier
highlight default link raspLiteralNumberFloat Float
highlight default link raspLiteralNumberInteger Number
highlight default link raspLiteralString String
highlight default link raspOperator Operator
highlight default link raspOperatorWord Operator

let b:current_syntax = 'rasp'
