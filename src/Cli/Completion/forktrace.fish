# Completion of forktrace for fish. It asks the tool that PATH finds; where the tool has no answer, fish completes files.
function __forktrace_complete
    command -q forktrace; or return
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    set -l candidates (forktrace '[complete]' $words[2..] "$last" 2>/dev/null)
    if set -q candidates[1]
        printf '%s\n' $candidates
    else
        # In --option=FILE only FILE is a path.
        set -l option (string match -r -- '^--[^=]+=' "$last")
        for path in (__fish_complete_path (string replace -r -- '^--[^=]+=' '' "$last"))
            printf '%s\n' "$option$path"
        end
    end
end
complete -c forktrace -f -a '(__forktrace_complete)'
