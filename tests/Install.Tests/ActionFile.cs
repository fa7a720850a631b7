using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace ForkTrace.Install.Tests;

/// <summary>The action in the repository's root: its shell steps as one script, with the inputs replaced as by a runner.</summary>
internal sealed partial class ActionFile
{
    private readonly Dictionary<object, object> _action;

    private ActionFile(Dictionary<object, object> action) => _action = action;

    public static ActionFile Read() => new(new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(
        File.ReadAllText(Path.Combine(TestKit.RepositoryFiles.Root, "action.yml"))));

    public IEnumerable<string> Inputs => Part(_action, "inputs").Keys.Cast<string>();

    /// <summary>The shell steps, each in a separate shell that ends at the first failure.</summary>
    /// <param name="workspace">The checkout.</param>
    /// <param name="temporary">The runner's folder for temporary files.</param>
    /// <param name="given">Inputs from the caller.</param>
    public string Script(string workspace, string temporary, IReadOnlyDictionary<string, string> given)
    {
        List<string> lines =
        [
            "set -e", $"export GITHUB_WORKSPACE='{workspace}' RUNNER_TEMP='{temporary}' GITHUB_STEP_SUMMARY='{temporary}/summary'",
        ];
        foreach (Dictionary<object, object> step in ((List<object>)Part(_action, "runs")["steps"]).Cast<Dictionary<object, object>>())
        {
            if (!step.TryGetValue("run", out object? run))
                continue;
            string folder = step.TryGetValue("working-directory", out object? place) ? Filled((string)place) : ".";
            string variables = string.Concat(Part(step, "env").Select(pair => $"export {pair.Key}='{Filled((string)pair.Value)}'\n"));
            lines.Add($"(cd '{workspace}/{folder}'\n{variables}bash --noprofile --norc -eo pipefail <<'STEP'\n{run}\nSTEP\n)");
        }

        return string.Join('\n', lines);

        string Filled(string text) => Expression().Replace(text, match => given.GetValueOrDefault(
            match.Groups[1].Value, (string)Part(Part(_action, "inputs"), match.Groups[1].Value)["default"]));
    }

    private static Dictionary<object, object> Part(Dictionary<object, object> whole, string name) => (Dictionary<object, object>)whole[name];

    [GeneratedRegex(@"\$\{\{ inputs\.([a-z-]+) \}\}")]
    private static partial Regex Expression();
}
