" `:make` runs `rasp check` on the file.
if exists('current_compiler')
  finish
endif
let current_compiler = 'rasp'
CompilerSet makeprg=rasp\ check\ %:S
CompilerSet errorformat=%f:%l:%c:\ %tW%n\ %m,%f:%l:%c:\ %trror\ %m,%f:%l:%c:\ %m
