;;; rasp-words.el --- The words of RASP  -*- lexical-binding: t -*-

;; Made by `python -m rasp.assist.grammars` from the list of tokens; do not edit.

;;; Code:

(defconst rasp-words
  '((font-lock-keyword-face "def" "for" "return" "if" "else")
    (font-lock-keyword-face "and" "in" "not" "or")
    (font-lock-constant-face "True" "False")
    (font-lock-builtin-face "aggregate" "select")
    (font-lock-builtin-face "indices" "tokens" "tokens_asis" "tokens_bool" "tokens_float" "tokens_int" "tokens_str")
    (font-lock-builtin-face "best" "lookup" "near" "round" "indicator" "range" "zip" "len" "average" "contains" "count" "full_s" "has_focus" "length" "load_from_location" "mark_first_instance" "mark_last_instance" "max" "min" "select_from_first" "select_from_last" "select_next_identical" "selector_width" "shift" "sort"))
  "The words of RASP, each list after its face.")

(provide 'rasp-words)
;;; rasp-words.el ends here
