using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForkTrace.Analytics.Fleet;

/// <summary>How a task ended: <see cref="Result"/> or <see cref="Message"/>. Neither if it has not ended.</summary>
/// <param name="Recording">The recording's path, relative to the plan.</param>
public sealed record FleetRecord(string Recording)
{
    /// <summary>The folder of the results, relative to the output folder; null where there are none.</summary>
    public string? Result { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Message { get; init; }

    /// <summary>Forks in the recording.</summary>
    public long Forks { get; init; }

    /// <summary>Wall-clock time that the task took, s.</summary>
    public double Seconds { get; init; }

    /// <summary><c>done</c>, <c>failed</c> or <c>pending</c>.</summary>
    [JsonIgnore]
    public string State => Result is not null ? "done" : Message is not null ? "failed" : "pending";
}

/// <summary>
/// Which tasks have ended, and how: a small JSON file for each, in the folder <c>_tasks</c> next to the results, which engines skip. A killed
/// task leaves no file, so it is pending.
/// </summary>
/// <param name="output">The folder of the results.</param>
public sealed class FleetLedger(string output)
{
    private const int LengthMax = 1 << 16;

    private readonly string _folder = Path.Combine(output, "_tasks");

    /// <summary>How a task ended. It is pending again if its results were removed.</summary>
    public FleetRecord Read(FleetTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        FleetRecord pending = new(task.Name);
        string path = PathOf(task);
        if (!File.Exists(path))
            return pending;
        try
        {
            FleetRecord? record = JsonSerializer.Deserialize(SmallFile.ReadText(path, LengthMax), FleetJson.Default.FleetRecord);
            bool isThere = record?.Result is null || Directory.Exists(Path.Combine(output, record.Result));
            return record is not null && isThere ? record : pending;
        }
        catch (JsonException)
        {
            return pending;
        }
    }

    /// <summary>Stores how a task ended. A success stays, whatever another process reports for the same task.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Write(FleetTask task, FleetRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Result is null && Read(task).Result is not null)
            return;
        try
        {
            Directory.CreateDirectory(_folder);
            ResultsFolder.Place(PathOf(task), JsonSerializer.Serialize(record, FleetJson.Default.FleetRecord));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"cannot write {PathOf(task)}: {failure.Message}");
        }
    }

    private string PathOf(FleetTask task) => Path.Combine(_folder, $"{task.Key}.json");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FleetRecord))]
internal sealed partial class FleetJson : JsonSerializerContext;
