using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ForkTrace.Cli.Commands;
using ForkTrace.TestKit;
using ModelContextProtocol.Client;
using NetArchTest.Rules;

namespace ForkTrace.Cli.Tests.Mcp;

/// <summary>Data that an agent can get, and data that it must not get.</summary>
public sealed class AgentServerTests(AgentFolders folders) : IClassFixture<AgentFolders>
{
    private readonly WorkFolder _folder = folders.Allowed;
    private readonly WorkFolder _outside = folders.Outside;
    private static readonly McpClientOptions s_patient = new() { InitializationTimeout = TimeSpan.FromMinutes(5) };

    [Fact]
    public async Task The_tools_say_what_they_do_and_that_they_only_read()
    {
        await using AgentSession session = await AgentSession.StartAsync(_folder.Path);
        IList<McpClientTool> tools = await session.Client.ListToolsAsync();
        Assert.Equal(["inspect", "more", "query", "run", "validate"], tools.Select(tool => tool.Name).Order(StringComparer.Ordinal));
        Assert.All(tools, tool => Assert.True(tool.ProtocolTool.Annotations?.ReadOnlyHint));
        Assert.All(tools, tool => Assert.False(tool.ProtocolTool.Annotations?.OpenWorldHint));
        Assert.Contains("path", tools.First(tool => tool.Name == "run").JsonSchema.GetProperty("required").ToString(), StringComparison.Ordinal);
        Assert.Contains(AnswerPages.Notice, session.Client.ServerInstructions, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inspect", "inspect")]
    [InlineData("run", "replay")]
    [InlineData("validate", "validate")]
    public async Task An_answer_is_the_json_of_the_command(string tool, string command)
    {
        await using AgentSession session = await AgentSession.StartAsync(_folder.Path);
        JsonNode answer = await session.AnswerAsync(tool, ("path", "make.perf.data.zst"));
        JsonNode expected = JsonNode.Parse(Tool.Run(_folder.Path, command, "make.perf.data.zst", "--json").Out)!;
        Assert.True(JsonNode.DeepEquals(expected, answer), $"{expected}\n{answer}");
    }

    [Fact]
    public async Task A_recording_and_a_database_are_asked_in_sql()
    {
        await using AgentSession session = await AgentSession.StartAsync(_folder.Path);
        JsonNode events = await session.AnswerAsync(
            "query", ("path", "make.perf.data.zst"), ("sql", "SELECT kind, count(*) AS n, 0.5 AS half, NULL AS none FROM events GROUP BY kind ORDER BY n DESC LIMIT 1"));
        Assert.Equal("""["kind VARCHAR","n BIGINT","half DECIMAL(2,1)","none INTEGER"]""", events["columns"]!.ToJsonString());
        Assert.Matches("""^\[\["\w+",\d+,0.5,null\]\]$""", events["rows"]!.ToJsonString());
        JsonNode hits = await session.AnswerAsync(
            "query", ("path", _folder.Of("results.duckdb")), ("sql", "SELECT hits FROM summary WHERE policy = 'linux-5.18'"));
        Assert.Single(hits["rows"]!.AsArray());
        JsonNode schema = await session.AnswerAsync("query", ("path", "results.duckdb"));
        Assert.Contains("hit_rate", schema["rows"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_names_each_tool_with_its_arguments_and_shows_a_true_answer()
    {
        string path = Path.Combine(RepositoryFiles.Root, "docs", "mcp.md");
        string document = File.ReadAllText(path);
        await using AgentSession session = await AgentSession.StartAsync(_folder.Path);
        foreach (McpClientTool tool in await session.Client.ListToolsAsync())
        {
            IEnumerable<string> arguments = tool.JsonSchema.GetProperty("properties").EnumerateObject().Select(property => $"`{property.Name}`");
            Assert.Contains($"| `{tool.Name}` | {string.Join(", ", arguments)} |", document, StringComparison.Ordinal);
        }

        const string Sql = "SELECT kind, count(*) AS events FROM events GROUP BY kind ORDER BY kind";
        Assert.Contains(Sql, document, StringComparison.Ordinal);
        (JsonElement page, _) = await AgentSession.AskAsync(session.Client, "query", ("path", "make.perf.data.zst"), ("sql", Sql));
        string updated = Regex.Replace(document, """^\{"notice":.*$""", page.ToString(), RegexOptions.Multiline);
        if (Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_DOCS") == "1")
            File.WriteAllText(path, updated);
        else
            Assert.Equal(updated, document);
    }

    [Fact]
    public async Task A_long_answer_comes_page_by_page_and_is_cut_at_its_limit()
    {
        await using AgentSession session = await AgentSession.StartAsync(_folder.Path);
        JsonNode rows = await session.AnswerAsync(
            "query", ("path", "make.perf.data.zst"), ("sql", "SELECT range AS n, repeat('\u00e4\U0001f600', 3000) AS long FROM range(3)"));
        Assert.Equal(3, rows["rows"]!.AsArray().Count);
        Assert.Equal(string.Concat(Enumerable.Repeat("\u00e4\U0001f600", 3000)), rows["rows"]![2]![1]!.GetValue<string>());
        (JsonElement first, _) = await AgentSession.AskAsync(
            session.Client, "query", ("path", "make.perf.data.zst"), ("sql", "SELECT range FROM range(100000000)"));
        int pages = first.GetProperty("pages").GetInt32();
        Assert.InRange(pages, 400, 700);
        (JsonElement last, _) = await AgentSession.AskAsync(session.Client, "more", ("cursor", $"2.{pages}"));
        Assert.Equal(JsonValueKind.Null, last.GetProperty("cursor").ValueKind);
        Assert.Contains("\"rows_cut\":true", last.ToString(), StringComparison.Ordinal);
        Assert.Contains("no cursor", await session.FailureAsync("more", ("cursor", "2.0")), StringComparison.Ordinal);
        Assert.Contains("no cursor", await session.FailureAsync("more", ("cursor", "nonsense")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_path_leads_out_of_the_folders()
    {
        File.CreateSymbolicLink(_folder.Of("link.arrow"), _outside.Of("secret.arrow"));
        File.CreateSymbolicLink(_folder.Of("outside"), _outside.Path);
        Directory.CreateDirectory(_folder.Of("ctf"));
        File.CreateSymbolicLink(_folder.Of("ctf/metadata"), _outside.Of("secret.txt"));
        File.Copy(_folder.Of("make.perf.data.zst"), _folder.Of("facts.perf.data.zst"));
        File.CreateSymbolicLink(_folder.Of("facts.perf.data.kernel.json"), _outside.Of("secret.txt"));
        Directory.CreateDirectory($"{_folder.Path}-beside");
        try
        {
            File.WriteAllText($"{_folder.Path}-beside/near.txt", "the secret");
            await using AgentSession session = await AgentSession.StartAsync(_folder.Path);
            string[] paths =
            [
                "link.arrow", "outside/secret.arrow", _outside.Of("secret.arrow"), $"../{Path.GetFileName(_outside.Path)}/secret.arrow",
                "ctf", "facts.perf.data.zst", $"{_folder.Path}-beside/near.txt", "/etc/passwd", "/proc/self/environ", "-", "", "no such", "a\0b",
            ];
            foreach (string path in paths)
            {
                foreach (string tool in (string[])["inspect", "run", "validate", "query"])
                {
                    string message = await session.FailureAsync(tool, ("path", path));
                    Assert.DoesNotContain("secret\"", message, StringComparison.Ordinal);
                    Assert.Matches("there is no file|is a link out of|not a recording|is none of|no trace|folder", message);
                }
            }

            // The answer does not show whether a file outside exists.
            Assert.Equal(
                (await session.FailureAsync("inspect", ("path", _outside.Of("secret.arrow")))).Replace("secret", "nothing", StringComparison.Ordinal),
                await session.FailureAsync("inspect", ("path", _outside.Of("nothing.arrow"))));
        }
        finally
        {
            Directory.Delete($"{_folder.Path}-beside", recursive: true);
        }
    }

    [Fact]
    public async Task No_statement_reaches_a_file()
    {
        string[] statements =
        [
            "SELECT * FROM read_text('{0}')", "SELECT * FROM read_csv('{0}')", "FROM '{0}'", "SELECT * FROM glob('/*')",
            "COPY (SELECT 1) TO '{0}.out'", "COPY (SELECT 1) TO '/dev/stdout'", "EXPORT DATABASE '{0}.folder'", "ATTACH '{0}.duckdb'",
            "SET enable_external_access = true", "SET allowed_directories = ['/']", "INSTALL httpfs", "LOAD '{0}'",
        ];
        await using AgentSession session = await AgentSession.StartAsync(_folder.Path);
        foreach (string path in (string[])["results.duckdb", "make.perf.data.zst"])
        {
            foreach (string statement in statements)
            {
                string message = await session.FailureAsync("query", ("path", path), ("sql", string.Format(null, statement, _outside.Of("secret.txt"))));
                Assert.Matches("disabled|locked|read-only|does not exist", message);
            }
        }

        Assert.Equal(["secret.arrow", "secret.txt"], _outside.Names);
    }

    [Fact]
    public async Task No_statement_changes_a_database()
    {
        byte[] before = File.ReadAllBytes(_folder.Of("results.duckdb"));
        await using AgentSession session = await AgentSession.StartAsync(_folder.Path);
        Assert.Contains("read-only", await session.FailureAsync("query", ("path", "results.duckdb"), ("sql", "DELETE FROM runs")), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder.Of("results.duckdb")));
    }

    [Fact]
    public async Task A_mistake_is_reported_and_the_server_continues()
    {
        (string Expected, string Tool, string Name, object Value)[] mistakes =
        [
            ("there is no policy", "run", "policies", new[] { "nope" }),
            ("are the most at a time", "run", "policies", new[] { "linux-5.18:capacity=0..300" }),
            ("there is no evidence level 'nope'", "validate", "evidence", "nope"),
            ("Parser Error", "query", "sql", "SELEC"),
        ];
        await using AgentSession session = await AgentSession.StartAsync(_folder.Path);
        foreach ((string expected, string tool, string name, object value) in mistakes)
            Assert.Contains(expected, await session.FailureAsync(tool, ("path", "make.perf.data.zst"), (name, value)), StringComparison.Ordinal);
        await session.AnswerAsync("inspect", ("path", "make.perf.data.zst"));
    }

    [Fact]
    public async Task Over_the_process_standard_output_carries_the_protocol_and_nothing_else()
    {
        await using (McpClient client = await McpClient.CreateAsync(new StdioClientTransport(
            new StdioClientTransportOptions { Command = Tool.Path, Arguments = ["mcp", _folder.Path] }), s_patient))
        {
            (JsonElement page, bool isError) = await AgentSession.AskAsync(client, "run", ("path", "make.perf.data.zst"));
            Assert.False(isError);
            Assert.Contains("linux-5.18", page.ToString(), StringComparison.Ordinal);
        }

        string[] requests =
        [
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""",
            """{"jsonrpc":"2.0","method":"notifications/initialized"}""",
            """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"run","arguments":{"path":"make.perf.data.zst","policies":["linux-5.18","linux-5.18"]}}}""",
        ];
        File.WriteAllLines(_folder.Of("requests"), requests);
        ToolOutcome outcome = Tool.Shell(
            _folder.Path, "(cat requests; until grep -qs '\"id\":2' answers; do sleep 0.1; done) | $TOOL mcp . | tee answers; exit ${PIPESTATUS[1]}");
        string[] lines = outcome.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(0, outcome.Code);
        Assert.Equal([1, 2], lines.Select(line => JsonElement.Parse(line).GetProperty("id").GetInt32()));
        Assert.Contains("given twice", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>An assembly is loaded when a method that refers to it is compiled. Only methods of the server do, and only mcp calls
    /// them.</summary>
    [Fact]
    public void No_other_command_loads_the_protocol()
    {
        IEnumerable<Type> users = Types.InAssembly(typeof(AgentServer).Assembly).That()
            .HaveDependencyOnAny("ModelContextProtocol", "Microsoft.Extensions").GetTypes();
        Assert.All(users, type => Assert.True(type == typeof(AgentServer) || type.DeclaringType == typeof(AgentServer), type.FullName));
        Assert.NotEmpty(users);
    }

    [Theory]
    [InlineData("there is no folder 'nowhere'", "mcp", "nowhere")]
    [InlineData("there is no folder 'make.perf.data.zst'", "mcp", "make.perf.data.zst")]
    [InlineData("FOLDER", "mcp")]
    public void A_folder_must_be_one(string expected, params string[] arguments)
    {
        ToolOutcome outcome = Tool.Run(_folder.Path, arguments);
        Assert.Equal(2, outcome.Code);
        Assert.Empty(outcome.Out);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }
}
