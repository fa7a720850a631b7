using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Analytics.Fleet;

/// <summary>One recording of a plan: a numbered unit of work.</summary>
/// <param name="Number">Its place in the plan, from 1.</param>
/// <param name="Path">Full path of the recording.</param>
/// <param name="Name">The path relative to the plan's folder.</param>
/// <param name="Host">The machine, if the plan names it; else null.</param>
/// <param name="Key">Identifies a task that was done before: a digest of name, size and time of the recording, machine, question and version.</param>
public sealed record FleetTask(int Number, string Path, string Name, string? Host, string Key)
{
    /// <summary>The placeholder in a plan's <c>host</c> for the name of a recording's folder.</summary>
    public const string FolderMark = "{folder}";

    /// <summary>The tasks of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="question">The question and the version that answers it. If they change, the tasks are other tasks.</param>
    public static ImmutableArray<FleetTask> Of(CiPlan plan, string question)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return [.. plan.Traces.Select((path, index) => Of(plan, index + 1, path, question))];
    }

    private static FleetTask Of(CiPlan plan, int number, string path, string question)
    {
        string name = System.IO.Path.GetRelativePath(plan.Folder, path);
        string? host = plan.Host?.Replace(
            FolderMark, System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(path)), StringComparison.Ordinal);
        FileInfo file = new(path);
        string state = string.Create(CultureInfo.InvariantCulture, $"{(file.Exists ? file.Length : 0)} {file.LastWriteTimeUtc.Ticks}");
        return new FleetTask(number, path, name, host, ContentName.Of(string.Join('\n', name, state, host, question)));
    }
}
