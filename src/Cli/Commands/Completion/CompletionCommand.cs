namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace completion</c>: prints the script that lets a shell complete the tool's command lines.</summary>
internal static class CompletionCommand
{
    private static readonly (string Shell, string Resource, string Install)[] s_shells =
    [
        ("bash", "forktrace.bash", "forktrace completion bash > ~/.local/share/bash-completion/completions/forktrace"),
        ("zsh", "forktrace.zsh", "forktrace completion zsh > ~/.zfunc/_forktrace"),
        ("fish", "forktrace.fish", "forktrace completion fish > ~/.config/fish/completions/forktrace.fish"),
        ("powershell", "forktrace.ps1", "forktrace completion powershell >> $PROFILE"),
    ];

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("completion", "Print the completion script of a shell; it completes commands, options, their values and files.")
        {
            Notes = InstallNotes,
            Examples = [.. s_shells.Select(shell => shell.Install)],
        };
        string[] shells = [.. s_shells.Select(known => known.Shell)];
        Argument<string> shell = new("SHELL") { Description = "The shell that the script is for.", HelpName = string.Join('|', shells) };
        shell.CompletionSources.Add(shells);
        shell.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !shells.Contains(result.Tokens[0].Value))
                result.AddError($"SHELL is '{result.Tokens[0].Value}', but must be {string.Join(" or ", shells)}");
        });
        command.Add(shell);
        command.SetAction(parsed =>
        {
            string chosen = parsed.GetRequiredValue(shell);
            terminal.Out.Write(Script(s_shells.Single(known => known.Shell == chosen).Resource));
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static IEnumerable<string> InstallNotes() =>
    [
        "Install it once, for your user; then start a new shell. The folder must exist. The script asks the forktrace in your PATH.",
        "  bash         needs the package bash-completion; without it: eval \"$(forktrace completion bash)\" in ~/.bashrc",
        "  zsh          ~/.zfunc must be in fpath: fpath=(~/.zfunc $fpath) before compinit in ~/.zshrc",
        "  fish         loads the file by itself",
        "  powershell   $PROFILE is the script that PowerShell runs when it starts",
    ];

    private static string Script(string resource)
    {
        using StreamReader reader = new(typeof(CompletionCommand).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
