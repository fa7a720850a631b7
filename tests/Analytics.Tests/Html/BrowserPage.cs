using System.Text.Json.Nodes;

namespace ForkTrace.Analytics.Tests.Html;

/// <summary>A page in the browser.</summary>
internal sealed class BrowserPage(Browser browser, string session)
{
    private const int LoadSecondsMax = 30;

    /// <summary>Problems in the console: errors, exceptions, violations of the security policy.</summary>
    public List<string> Problems => [.. Mine()
        .Where(message => (string)message["method"]! is "Runtime.exceptionThrown" or "Runtime.consoleAPICalled" or "Log.entryAdded")
        .Select(message => message.ToJsonString())];

    /// <summary>Addresses that the page requested.</summary>
    public List<string> Requests => [.. Mine()
        .Where(message => (string)message["method"]! == "Network.requestWillBeSent")
        .Select(message => (string)message["params"]!["request"]!["url"]!)];

    public async Task Load(string path, int width, bool isDark)
    {
        foreach (string domain in new[] { "Runtime", "Log", "Network", "Page" })
            await Send($"{domain}.enable", []);
        await Send(
            "Emulation.setDeviceMetricsOverride",
            new JsonObject { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
        JsonObject scheme = new() { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" };
        await Send("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(scheme) });
        await Send("Page.navigate", new JsonObject { ["url"] = new Uri(path).AbsoluteUri });
        for (DateTime end = DateTime.UtcNow.AddSeconds(LoadSecondsMax); DateTime.UtcNow < end; await Task.Delay(50))
        {
            if ((bool?)await Ask("document.documentElement?.dataset.ready === 'yes'") == true)
                return;
        }

        throw new TimeoutException($"The page was not drawn: {string.Join("; ", Problems)}");
    }

    /// <summary>The value of an expression in the page.</summary>
    public async Task<JsonNode?> Ask(string expression)
    {
        JsonObject parameters = new() { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true };
        JsonNode answer = await Send("Runtime.evaluate", parameters);
        if (answer["exceptionDetails"] is { } fault)
            throw new InvalidOperationException(fault.ToJsonString());
        return answer["result"]!["value"];
    }

    public async Task<string> Text(string expression) => (string?)await Ask(expression) ?? "";

    public async Task Press(string key)
    {
        int code = key switch
        {
            "Tab" => 9,
            "Enter" => 13,
            "Escape" => 27,
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            _ => 0,
        };
        JsonObject down = new() { ["type"] = "keyDown", ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code };
        if (key == "Enter")
            down["text"] = "\r";
        await Send("Input.dispatchKeyEvent", down);
        JsonObject up = new() { ["type"] = "keyUp", ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code };
        await Send("Input.dispatchKeyEvent", up);
    }

    private IEnumerable<JsonNode> Mine() => browser.Events.Where(message => (string?)message["sessionId"] == session);

    private Task<JsonNode> Send(string method, JsonObject parameters) => browser.Send(method, parameters, session);
}
