using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ForkTrace.Analytics.Tests.Html;

/// <summary>A headless Chromium, controlled with its DevTools protocol, to test pages in a real browser.</summary>
public sealed partial class Browser : IAsyncLifetime
{
    private static readonly string[] s_programs = ["chromium", "chromium-browser", "google-chrome"];
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _waiting = new();
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("forktrace-browser-");
    private Process? _process;
    private int _lastId;

    internal ConcurrentQueue<JsonNode> Events { get; } = new();

    public async ValueTask InitializeAsync()
    {
        string program = Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .SelectMany(folder => s_programs.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("The tests of the HTML report need a browser: apt-get install chromium");
        _process = Process.Start(new ProcessStartInfo(
            program,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", $"--user-data-dir={_profile.FullName}",
                "about:blank",
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        string address = "";
        while (address.Length == 0 && await _process.StandardError.ReadLineAsync() is { } line)
            address = Address().Match(line).Value;

        // A full pipe would block the browser.
        _ = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
        await _socket.ConnectAsync(new Uri(address), CancellationToken.None);
        _ = Task.Run(Receive);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await Send("Browser.close", []);
            if (!_process.WaitForExit(10_000))
                _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }

        _socket.Dispose();
        _sending.Dispose();
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A helper process of the browser may still write there. The folder is temporary.
        }
    }

    /// <summary>Opens a file in a new page and waits until it is drawn.</summary>
    internal async Task<BrowserPage> Open(string path, int width = 1280, bool isDark = false)
    {
        JsonNode target = await Send("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        JsonObject attach = new() { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true };
        JsonNode session = await Send("Target.attachToTarget", attach);
        BrowserPage page = new(this, (string)session["sessionId"]!);
        await page.Load(path, width, isDark);
        return page;
    }

    internal async Task<JsonNode> Send(string method, JsonObject parameters, string? session = null)
    {
        int id = Interlocked.Increment(ref _lastId);
        JsonObject message = new() { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null)
            message["sessionId"] = session;
        TaskCompletionSource<JsonNode> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        await _sending.WaitAsync();
        try
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(message.ToJsonString());
            await _socket.SendAsync(bytes, WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private async Task Receive()
    {
        byte[] buffer = new byte[1 << 16];
        using MemoryStream message = new();
        try
        {
            while (_socket.State == WebSocketState.Open)
            {
                ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage || part.MessageType == WebSocketMessageType.Close)
                    continue;
                Sort(JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length))!);
                message.SetLength(0);
            }
        }
        catch (WebSocketException)
        {
            // The browser has ended. Code that still waits for an answer gets a timeout.
        }
    }

    private void Sort(JsonNode message)
    {
        if (message["id"] is not { } id)
            Events.Enqueue(message);
        else if (_waiting.TryRemove((int)id, out TaskCompletionSource<JsonNode>? waiting))
            waiting.SetResult(message["result"] ?? throw new InvalidOperationException(message.ToJsonString()));
    }

    [GeneratedRegex(@"ws://\S+")]
    private static partial Regex Address();
}
