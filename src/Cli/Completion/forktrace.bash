# Completion of forktrace for bash. It asks the tool that PATH finds; where the tool has no answer, bash completes files.
_forktrace() {
    local rest=${COMP_LINE:0:COMP_POINT} breaks=${COMP_WORDBREAKS//[^:=]/} last=0 index word tail
    local -a words=("")
    # Bash also cuts words at : and =, but the tool cuts only at spaces: join them again.
    for ((index = 0; index < COMP_CWORD; index++)); do
        if [[ $rest == [[:space:]]* ]]; then
            rest=${rest#"${rest%%[![:space:]]*}"}
            words[++last]=
        fi
        words[last]+=${COMP_WORDS[index]}
        rest=${rest#"${COMP_WORDS[index]}"}
    done
    if [[ $rest == [[:space:]]* ]]; then
        rest=${rest#"${rest%%[![:space:]]*}"}
        words[++last]=
    fi
    words[last]+=$rest

    # Bash replaces only the part of the last word after its own last cut.
    tail=${words[last]}
    [[ -n $breaks ]] && tail=${tail##*[$breaks]}
    COMPREPLY=()
    while IFS=$'\t' read -r word _; do
        COMPREPLY+=("${word#"${words[last]%"$tail"}"}")
    done < <(forktrace '[complete]' "${words[@]:1}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o default -F _forktrace forktrace
