using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Analytics.Fleet;

/// <summary>One recording of a plan that is to be replayed, by whoever gets its number.</summary>
/// <param name="Number">Its place in the plan, from 1: what an engine of numbered tasks asks for.</param>
/// <param name="Path">Full path of the recording.</param>
/// <param name="Name">The path relative to the plan's folder.</param>
/// <param name="Host">The machine, where the plan says; null else.</param>
/// <param name="Key">Tells whether a task was done before: a digest of name, size and time of the recording, machine, question and version.</param>
public sealed record FleetTask(int Number, string Path, string Name, string? Host, string Key)
{
    /// <summary>What stands in a plan's <c>host</c> for the name of the folder that a recording lies in.</summary>
    public const string FolderMark = "{folder}";

    /// <summary>The tasks of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="question">What is asked of each recording, by whom: whatever changes it makes other tasks.</param>
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
