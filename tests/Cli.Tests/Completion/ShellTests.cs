namespace ForkTrace.Cli.Tests.Completion;

/// <summary>Runs the scripts in their shells. Needs zsh and fish (apt-get) and pwsh (dotnet tool install -g PowerShell).</summary>
public sealed class ShellTests : IDisposable
{
    // The typed text before Tab, and the result: the candidates, or the completed line.
    private static readonly (string Line, string Candidates)[] s_lines =
    [
        ("forktrace insp", "inspect"),
        ("forktrace list ", "cost-models formats policies"),
        ("forktrace run --policy linux-5.1", "linux-5.18"),
        ("forktrace run --policy linux-5.18:capacity=4 --start f", "full"),
        ("forktrace run --policy linux-5.18:", "linux-5.18:capacity="),
        ("forktrace run 'a trace' --start=f", "--start=full"),
    ];

    private readonly WorkFolder _folder = new();

    public ShellTests()
    {
        _folder.Put("trace.dat", []);
        _folder.Put("path.sh", """PATH=$(dirname "$TOOL"):$PATH"""u8);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bash_is_given_what_follows_its_own_cut_of_the_word()
    {
        string script = $$"""
            . ./path.sh
            eval "$(forktrace completion bash)"
            COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
            complete() {
                COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2)) COMPREPLY=()
                _forktrace
                sorted=$(printf '%s\n' "${COMPREPLY[@]}" | sort)
                echo $sorted
            }
            complete 'forktrace run tr' forktrace run tr
            complete 'forktrace insp' forktrace insp
            complete 'forktrace list ' forktrace list ''
            complete 'forktrace run --policy linux-5.1' forktrace run --policy linux-5.1
            complete 'forktrace run --policy linux-5.18:capacity=4 --start f' forktrace run --policy linux-5.18 : capacity = 4 --start f
            complete 'forktrace run --policy linux-5.18:' forktrace run --policy linux-5.18 :
            complete "forktrace run 'a trace' --start=f" forktrace run "'a trace'" --start = f
            complete 'forktrace run --start=' forktrace run --start =
            """;
        Assert.Equal(
            ["", "inspect", "cost-models formats policies", "linux-5.18", "full", "capacity=", "full", "both empty full"],
            Lines("bash --norc", script));
        Assert.Equal(
            ["complete -o default -F _forktrace forktrace"],
            Lines("bash --norc", """. ./path.sh; eval "$(forktrace completion bash)"; complete -p forktrace"""));
    }

    // Typed into an interactive zsh, where ^X writes the current line to a file.
    [Fact]
    public void Zsh_completes_the_line()
    {
        (string Typed, string Completed)[] lines =
        [
            ("forktrace insp", "forktrace inspect "),
            ("forktrace list pol", "forktrace list policies "),
            ("forktrace run --policy linux-5.18:capacity=4 --start f", "forktrace run --policy linux-5.18:capacity=4 --start full "),
            ("forktrace run --policy linux-5.18:", "forktrace run --policy linux-5.18:capacity="),
            ("forktrace run 'a trace' --start=f", "forktrace run 'a trace' --start=full "),
            ("forktrace run tr", "forktrace run trace.dat "),
            ("forktrace run --db=tr", "forktrace run --db=trace.dat "),
        ];
        string script = $$"""
            . ./path.sh
            zmodload zsh/zpty
            forktrace completion zsh > _forktrace
            zpty -b shell zsh -f -i
            zpty -w shell 'PS1= fpath=($PWD $fpath); setopt no_beep; autoload -Uz compinit; compinit -u -D'
            zpty -w shell 'show() { print -r -- "$BUFFER" >> lines; BUFFER=; }; zle -N show; bindkey "^X" show'
            {{string.Join('\n', lines.Select(line => $"zpty -w -n shell \"{line.Typed}\"$'\\t\\x18'"))}}
            repeat 600 { [[ -f lines && $(wc -l < lines) -eq {{lines.Length}} ]] && break; sleep 0.1 }
            zpty -d shell
            cat lines
            """;
        Assert.Equal(lines.Select(line => line.Completed), Lines("zsh -f", script));
    }

    [Fact]
    public void Fish_offers_candidates_and_else_files()
    {
        string script = $$"""
            set -x PATH (dirname $TOOL) $PATH
            forktrace completion fish | source
            for line in {{string.Join(' ', s_lines.Select(line => $"\"{line.Line}\""))}} 'forktrace run tr' 'forktrace run --db=tr'
                echo (complete -C $line | string replace -r '\t.*' '')
            end
            """;
        Assert.Equal(
            [.. s_lines.Select(line => line.Candidates), "trace.dat", "--db=trace.dat"],
            Lines("fish --no-config", script));
    }

    [Fact]
    public void PowerShell_offers_candidates_and_else_files()
    {
        string script = $$"""
            $env:PATH = "$(Split-Path $env:TOOL):$env:PATH"
            forktrace completion powershell | Out-String | Invoke-Expression
            foreach ($line in {{string.Join(", ", s_lines.Select(line => $"\"{line.Line}\""))}}, 'forktrace run tr') {
                $offered = (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText
                ($offered | Sort-Object) -join ' '
            }
            """;
        Assert.Equal(
            [.. s_lines.Select(line => line.Candidates), "./trace.dat"],
            Lines("pwsh -NoProfile -NonInteractive -File", script, "script.ps1"));
    }

    // A failed test shows the shell's error message. A missing shell fails the test.
    private string[] Lines(string shell, string script, string name = "script")
    {
        _folder.Put(name, System.Text.Encoding.UTF8.GetBytes(script));
        ToolOutcome outcome = Tool.Shell(_folder.Path, $"{shell} ./{name}");
        Assert.Equal("", outcome.Error);
        return outcome.Out.TrimEnd('\n').Split('\n');
    }
}
