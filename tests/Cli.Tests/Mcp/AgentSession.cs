using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ForkTrace.Cli.Commands;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace ForkTrace.Cli.Tests.Mcp;

/// <summary>An agent: the SDK's client, connected to the server with two pipes in this process.</summary>
internal sealed class AgentSession : IAsyncDisposable
{
    private readonly Task _server;
    private readonly Stream _toServer;

    private AgentSession(McpClient client, Stream toServer, Task server)
    {
        Client = client;
        _toServer = toServer;
        _server = server;
    }

    public McpClient Client { get; }

    /// <summary>Starts a server that can read the folders.</summary>
    public static async Task<AgentSession> StartAsync(params string[] folders)
    {
        Pipe requests = new();
        Pipe answers = new();
        Task server = AgentServer.ServeAsync(
            new AllowedFolders(folders), requests.Reader.AsStream(), answers.Writer.AsStream(), CancellationToken.None);
        Stream toServer = requests.Writer.AsStream();
        McpClient client = await McpClient.CreateAsync(new StreamClientTransport(toServer, answers.Reader.AsStream()));
        return new AgentSession(client, toServer, server);
    }

    /// <summary>The content of an answer, which must be a page of JSON.</summary>
    public static async Task<(JsonElement Page, bool IsError)> AskAsync(McpClient client, string tool, params (string Name, object Value)[] arguments)
    {
        CallToolResult result = await client.CallToolAsync(tool, arguments.ToDictionary(pair => pair.Name, pair => (object?)pair.Value));
        string text = Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, AnswerPages.PageBytesMax);
        Assert.DoesNotContain(text, letter => char.IsControl(letter));
        JsonElement page = JsonElement.Parse(text);
        Assert.Equal(AnswerPages.Notice, page.GetProperty("notice").GetString());
        return (page, result.IsError ?? false);
    }

    /// <summary>The whole answer, joined from its pages as described in docs/mcp.md.</summary>
    public async Task<JsonNode> AnswerAsync(string tool, params (string Name, object Value)[] arguments)
    {
        (JsonElement page, bool isError) = await AskAsync(Client, tool, arguments);
        Assert.False(isError, page.ToString());
        List<JsonElement> pages = [page];
        while (page.GetProperty("cursor").GetString() is { } cursor)
        {
            (page, _) = await AskAsync(Client, "more", ("cursor", cursor));
            pages.Add(page);
        }

        Assert.Equal(pages.Count, pages[0].GetProperty("pages").GetInt32());
        return Joined(pages.SelectMany(part => part.GetProperty("parts").EnumerateArray()));
    }

    /// <summary>The message of an answer that must be a failure.</summary>
    public async Task<string> FailureAsync(string tool, params (string Name, object Value)[] arguments)
    {
        (JsonElement page, bool isError) = await AskAsync(Client, tool, arguments);
        Assert.True(isError, page.ToString());
        return page.GetProperty("error").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _toServer.DisposeAsync();
        await _server.WaitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>Joins parts: members are added to their object, elements and characters are appended.</summary>
    internal static JsonNode Joined(IEnumerable<JsonElement> parts)
    {
        JsonObject root = [];
        foreach (JsonElement part in parts)
        {
            string[] names = [.. $"/whole{part.GetProperty("at").GetString()}".Split('/').Skip(1).Select(name => name.Replace("~1", "/").Replace("~0", "~"))];
            JsonNode value = JsonNode.Parse(part.GetProperty("value").GetRawText())!;
            JsonNode place = root;
            for (int index = 0; index < names.Length - 1; index++)
                place = Child(place, names[index], isArrayNext: int.TryParse(names[index + 1], out _));
            Put(place, names[^1], value, isSlice: part.TryGetProperty("from", out _));
        }

        return root["whole"]!;
    }

    private static JsonNode Child(JsonNode parent, string name, bool isArrayNext)
    {
        JsonNode made = isArrayNext ? new JsonArray() : new JsonObject();
        if (parent is JsonArray array)
        {
            if (int.Parse(name) == array.Count)
                array.Add(made);
            return array[int.Parse(name)]!;
        }

        return parent[name] ?? (parent[name] = made);
    }

    private static void Put(JsonNode parent, string name, JsonNode value, bool isSlice)
    {
        JsonNode? old = parent is JsonArray array ? array.ElementAtOrDefault(int.Parse(name)) : parent[name];
        switch (old, value)
        {
            case (JsonArray elements, JsonArray more) when isSlice:
                foreach (JsonNode? element in more.ToArray())
                {
                    more.Remove(element);
                    elements.Add(element);
                }

                break;
            case (JsonObject members, JsonObject more):
                foreach ((string member, JsonNode? item) in more.ToArray())
                {
                    more.Remove(member);
                    members.Add(member, item);
                }

                break;
            case (null, _) when parent is JsonArray list:
                list.Add(value);
                break;
            case (null, _):
                parent[name] = value;
                break;
            default:
                old.ReplaceWith(old.GetValue<string>() + value.GetValue<string>());
                break;
        }
    }
}
