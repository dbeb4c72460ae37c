;;; rasp-mode.el --- Major mode for RASP  -*- lexical-binding: t -*-

;; Package-Requires: ((emacs "28.1"))

;;; Commentary:

;; Highlighting, indentation, `rasp check' for `compile', `rasp fmt', and the language server for Eglot.

;;; Code:

(require 'compile)
(require 'rasp-words)

(defgroup rasp nil "RASP, the language of transformers' parts." :group 'languages)

(defcustom rasp-program "rasp"
  "The command that runs RASP."
  :type 'string)

(defcustom rasp-indent-offset 4
  "The columns of a level of indentation."
  :type 'integer
  :safe #'integerp)

(defvar rasp-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?\\ "." table) ; there are no escapes
    (dolist (sign '(?+ ?- ?* ?/ ?% ?^ ?= ?< ?> ?!))
      (modify-syntax-entry sign "." table))
    table)
  "The syntax table of `rasp-mode'.")

(defconst rasp--statement "\\(?:^\\|[;{}]\\)[ \t]*"
  "What stands before a statement.")

(defvar rasp-font-lock-keywords
  `((,(concat rasp--statement "\\(\\(?:set\\|show\\)[ \t]+\\(?:\\(?:s-op\\|selector\\)[ \t]+\\)?example\\_>\\)")
     1 font-lock-preprocessor-face)
    (,(concat rasp--statement "\\(\\(?:\\(?:s-op\\|selector\\)[ \t]+\\)?examples[ \t]+\\(?:on\\|off\\)\\_>\\)")
     1 font-lock-preprocessor-face)
    (,(concat rasp--statement "\\(load\\)[ \t]*\"") 1 font-lock-keyword-face)
    (,(concat rasp--statement "\\(draw\\)[ \t]*(") 1 font-lock-keyword-face)
    ("\\_<def[ \t]+\\([a-zA-Z_][a-zA-Z_0-9]*\\)" 1 font-lock-function-name-face)
    ,@(mapcar (lambda (row) `(,(regexp-opt (cdr row) 'symbols) 0 ,(car row))) rasp-words)
    ("\\_<[0-9]+\\(?:\\.[0-9]+\\)?" 0 font-lock-constant-face))
  "The highlighting of `rasp-mode'.")

(defun rasp-indent-line ()
  "Indent a line by the brackets that are open before it."
  (interactive)
  (let* ((offset (- (current-column) (current-indentation)))
         (depth (save-excursion
                  (back-to-indentation)
                  (let ((open (car (syntax-ppss))))
                    (if (looking-at "[])}]") (1- open) open)))))
    (indent-line-to (* rasp-indent-offset (max 0 depth)))
    (when (> offset 0)
      (move-to-column (+ (current-indentation) offset)))))

(defun rasp-format-buffer ()
  "Format the buffer by `rasp fmt'; a program with an error stays as it is."
  (interactive)
  (let ((after (generate-new-buffer " *rasp fmt*"))
        (errors (make-temp-file "rasp-fmt")))
    (unwind-protect
        (if (eq 0 (call-process-region (point-min) (point-max) rasp-program nil (list after errors) nil "fmt" "-"))
            (replace-buffer-contents after)
          (message "%s" (with-temp-buffer (insert-file-contents errors) (string-trim (buffer-string)))))
      (kill-buffer after)
      (delete-file errors))))

(defvar rasp-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-f") #'rasp-format-buffer)
    map)
  "The keys of `rasp-mode'.")

;;;###autoload
(define-derived-mode rasp-mode prog-mode "RASP"
  "Major mode for programs in RASP."
  (setq-local comment-start "# "
              comment-start-skip "#+[ \t]*"
              indent-tabs-mode nil
              indent-line-function #'rasp-indent-line
              font-lock-defaults '(rasp-font-lock-keywords))
  (when buffer-file-name
    (setq-local compile-command
                (format "%s check %s" rasp-program (shell-quote-argument (file-relative-name buffer-file-name))))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.rasp\\'" . rasp-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs `(rasp-mode . (,rasp-program "lsp"))))

(provide 'rasp-mode)
;;; rasp-mode.el ends here
