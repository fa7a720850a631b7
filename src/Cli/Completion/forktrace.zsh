#compdef forktrace
# Completion of forktrace for zsh. It asks the tool that PATH finds; where the tool has no answer, zsh completes files.
_forktrace() {
    local line
    local -a candidates nospace
    for line in "${(@f)$(forktrace '[complete]' "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
        [[ -n $line ]] || continue
        [[ ${line%%$'\t'*} == *= ]] && nospace=(-S '')
        # _describe takes word:description.
        candidates+=("${${line%%$'\t'*}//:/\\:}${${(M)line%$'\t'*}/$'\t'/:}")
    done
    if (( $#candidates )); then
        _describe -t values 'forktrace' candidates "${nospace[@]}"
    else
        compset -P '--[^=]#='
        _files
    fi
}
# If the file is in fpath, the first call loads it; otherwise it was sourced.
if [[ $funcstack[1] == _forktrace ]]; then
    _forktrace "$@"
else
    compdef _forktrace forktrace
fi
