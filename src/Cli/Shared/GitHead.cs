namespace ForkTrace.Cli.Shared;

/// <summary>
/// The commit that is checked out in a folder, read from git's own files (gitrepository-layout(5)). HEAD names the commit, or a branch
/// that is in a file of its own or in packed-refs.
/// </summary>
internal static class GitHead
{
    private const string Branch = "ref: ";
    private const int LengthMax = 1 << 24;

    /// <summary>The commit's id; null without a repository, without a commit, or if the layout is unknown.</summary>
    public static string? Of(string folder)
    {
        try
        {
            return FindGitFolder(folder) is { } git ? Resolve(git) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? FindGitFolder(string folder)
    {
        for (DirectoryInfo? place = new(folder); place is not null; place = place.Parent)
        {
            string git = Path.Combine(place.FullName, ".git");
            if (Directory.Exists(git))
                return git;

            // In a linked work tree or a submodule, .git is a file that names the folder.
            if (File.Exists(git) && Read(git) is { } text && text.StartsWith("gitdir: ", StringComparison.Ordinal))
                return Path.Combine(place.FullName, text["gitdir: ".Length..]);
        }

        return null;
    }

    private static string? Resolve(string git)
    {
        string? head = Read(Path.Combine(git, "HEAD"));
        if (head is null || !head.StartsWith(Branch, StringComparison.Ordinal))
            return Id(head);
        string branch = head[Branch.Length..];
        if (branch.Split('/').Contains("..") || Path.IsPathRooted(branch))
            return null;

        // The work trees of a repository share its branches.
        string shared = Read(Path.Combine(git, "commondir")) is { } common ? Path.Combine(git, common) : git;
        return Id(Read(Path.Combine(shared, branch))) ?? Packed(shared, branch);
    }

    private static string? Packed(string git, string branch) => Id(Read(Path.Combine(git, "packed-refs"))?.Split('\n')
        .FirstOrDefault(line => line.EndsWith($" {branch}", StringComparison.Ordinal))?.Split(' ')[0]);

    private static string? Id(string? text) => text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigit) ? text : null;

    private static string? Read(string path) =>
        File.Exists(path) && new FileInfo(path).Length <= LengthMax ? File.ReadAllText(path).Trim() : null;
}
