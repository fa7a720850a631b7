using System.ComponentModel;
using System.Text.Json;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Analytics.Storage;
using ForkTrace.Fidelity.Validation;
using ForkTrace.Ingest.Input;
using ForkTrace.Lifecycle.Inspection;
using ForkTrace.Replay;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ForkTrace.Cli.Commands;

/// <summary>
/// The tools of <c>forktrace mcp</c>. Each answers with the JSON of the command of its name (docs/json.md), in pages. They write no file, take
/// no code and no path of a second file, and run one at a time.
/// </summary>
internal sealed class AgentServer : IDisposable
{
    private const int CellsMax = 256;
    private const string PathMeaning = "Path of the recording (perf.data, trace.dat, text, .arrow; also packed), absolute or relative to an allowed folder.";
    private readonly AllowedFolders _folders;
    private readonly AnswerPages _pages = new();
    private readonly SemaphoreSlim _turn = new(1);

    private AgentServer(AllowedFolders folders) => _folders = folders;

    /// <summary>Answers until the input ends.</summary>
    public static async Task ServeAsync(AllowedFolders folders, Stream input, Stream output, CancellationToken cancel)
    {
        using AgentServer tools = new(folders);
        McpServerOptions options = new()
        {
            ServerInfo = new Implementation { Name = "forktrace", Version = ToolVersion.Text },
            ServerInstructions =
                "ForkTrace replays recordings of fork and exit (perf, ftrace) against policies of the Linux kernel's cache of thread stacks. "
                + $"It reads files in {folders.Text} and no others. An answer is JSON of at most {AnswerPages.PageBytesMax} bytes; "
                + "if its cursor is not null, the tool more gives the next page. " + AnswerPages.Notice,
            ToolCollection = [.. tools.Create()],
        };
        await using StreamServerTransport transport = new(input, output, "forktrace");
        await using McpServer server = McpServer.Create(transport, options);
        await server.RunAsync(cancel);
    }

    public void Dispose() => _turn.Dispose();

    private IEnumerable<McpServerTool> Create()
    {
        yield return Tool("inspect", Inspect, "What a recording holds, what it can tell, and how to record what it lacks.");
        yield return Tool("run", Run, "Replays a recording under policies: hit rate, cost and memory of each. Nothing is kept.");
        yield return Tool("validate", Validate, "Compares a replay with what the recorded kernel did, fork by fork.");
        yield return Tool("query", Query, "One or more SQL statements (DuckDB) over a results database or a recording, for reading.");
        yield return Tool("more", More, "The next page of an answer.");
    }

    private static McpServerTool Tool(string name, Delegate work, string description) => McpServerTool.Create(
        work,
        new McpServerToolCreateOptions { Name = name, Description = description, ReadOnly = true, Idempotent = true, OpenWorld = false });

    private Task<CallToolResult> Inspect([Description(PathMeaning)] string path) => Answer(() =>
    {
        using EventTable events = TraceOptions.ReadPlain(_folders.Resolve(path));
        return JsonSerializer.SerializeToElement(new InspectionDocument(TraceInspection.Of(events)), JsonDocuments.Default.InspectionDocument);
    });

    private Task<CallToolResult> Run(
        [Description(PathMeaning)] string path,
        [Description("Policies of the catalogue, with parameters: linux-5.18, linux-5.18:capacity=4, linux-5.18:capacity=0..16. Default: seven.")]
        string[]? policies = null) => Answer(() =>
    {
        ReplayRequest request = new() { Policies = [.. policies ?? []], Conditions = ReplayConditions.Default };
        ReplayPlan plan = request.Plan(Environment.ProcessorCount);
        if (plan.Policies.Length > CellsMax)
            throw new UsageException($"policies: these are {plan.Policies.Length} replays, but {CellsMax} are the most at a time");
        using EventTable events = TraceOptions.ReadPlain(_folders.Resolve(path));
        RunFindings findings = JudgedRun.RowsOf(events, ReplayEngine.Operations(events, plan), plan);
        ResultsDocument document = ResultsDocument.Of(database: null, plan, findings);
        return JsonSerializer.SerializeToElement(document, JsonDocuments.Default.ResultsDocument);
    });

    private Task<CallToolResult> Validate(
        [Description(PathMeaning)] string path,
        [Description("The policy to hold against the kernel. Default: linux, what the recorded release does.")] string policy = "linux",
        [Description("How much of the recording the replay may see. Default: standard.")] string? evidence = null) => Answer(() =>
    {
        EvidenceLevel level = evidence is null ? EvidenceLevel.Standard : EvidenceLevel.ByName(evidence) ?? throw new UsageException(
            $"there is no evidence level '{evidence}'; known are {string.Join(", ", EvidenceLevel.All.Select(known => known.Name))}");
        using EventTable events = TraceOptions.ReadPlain(_folders.Resolve(path));
        ValidationResult result = Validator.Validate(events, PolicySelection.Parse(policy), level);
        return JsonSerializer.SerializeToElement(ValidationDocument.Of([result]), JsonDocuments.Default.ValidationDocument);
    });

    private Task<CallToolResult> Query(
        [Description("Path of a results database (DuckDB) that forktrace run made, or of a recording: then there are events, operations, lifecycles.")]
        string path,
        [Description("The statements; the rows of the last are the answer. Default: tables, views and columns with their meaning.")]
        string? sql = null) => Answer(() =>
    {
        string file = _folders.Resolve(path);
        bool isDatabase = ResultsFile.IsDatabase(file);
        using EventTable? events = isDatabase ? null : TraceOptions.ReadPlain(file);
        using ResultsDatabase database = isDatabase ? ResultsFile.Open(file) : ResultsDatabase.InMemory(DatabaseAccess.None);
        if (events is not null)
            database.ShowTrace(events);
        return QueryRows.Read(database, sql ?? QueryCommand.Schema);
    });

    private Task<CallToolResult> More([Description("The cursor of the answer before.")] string cursor) =>
        Reply(() => _pages.At(cursor));

    private Task<CallToolResult> Answer(Func<JsonElement> work) => Reply(() => _pages.Add(work()));

    // Recordings are large: keep only one in memory.
    private async Task<CallToolResult> Reply(Func<string> work)
    {
        await _turn.WaitAsync();
        try
        {
            return Text(await Task.Run(work), isError: false);
        }
#pragma warning disable CA1031 // Any failure is reported to the agent, and the server goes on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return Text(AnswerPages.Failure(IsExpected(failure) ? failure.Message : $"internal failure: {failure.Message}"), isError: true);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static CallToolResult Text(string text, bool isError) => new() { Content = [new TextContentBlock { Text = text }], IsError = isError };

    private static bool IsExpected(Exception failure) => failure
        is UsageException or PolicyException or RuleException or ResultsDatabaseException or IngestException or EventFileException
        or NoTruthException or IOException or UnauthorizedAccessException;
}
