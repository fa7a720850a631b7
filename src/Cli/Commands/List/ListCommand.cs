using ForkTrace.Ingest.Formats;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace list</c>: lists the catalogues.</summary>
internal static class ListCommand
{
    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("list", "Show the trace formats, policies or cost models.")
        {
            Examples = ["forktrace list formats", "forktrace list policies --json"],
        };
        command.Add(Formats(terminal));
        command.Add(Policies(terminal));
        command.Add(CostModels(terminal));
        return command;
    }

    private static ToolCommand Formats(Terminal terminal)
    {
        ToolCommand command = new("formats", "The trace formats that forktrace reads.")
        {
            Examples = ["forktrace list formats", "forktrace list formats --json"],
        };
        Add(
            command,
            () => JsonOutput.Write(terminal, FormatsDocument.Of(FormatCatalog.All), JsonDocuments.Default.FormatsDocument),
            () => CatalogText.WriteFormats(terminal, FormatCatalog.All));
        return command;
    }

    private static ToolCommand Policies(Terminal terminal)
    {
        ToolCommand command = new("policies", "The stack policies, with their parameters and sources.")
        {
            Examples = ["forktrace list policies", "forktrace list policies --json", "forktrace list policies --policy-file my.cs"],
        };
        Option<bool> json = SharedOptions.Json();
        command.Add(json);
        PluginOptions plugins = new(command);
        command.SetAction(parsed =>
        {
            ImmutableArray<PolicyEntry> policies = [.. PolicyCatalog.All, .. plugins.Policies(parsed)];
            if (parsed.GetValue(json))
                JsonOutput.Write(terminal, PoliciesDocument.Of(policies), JsonDocuments.Default.PoliciesDocument);
            else
                CatalogText.WritePolicies(terminal, policies);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static ToolCommand CostModels(Terminal terminal)
    {
        ToolCommand command = new("cost-models", "The cost models that ship with the tool.")
        {
            Examples = ["forktrace list cost-models", "forktrace list cost-models --json"],
        };
        Add(
            command,
            () => JsonOutput.Write(terminal, CostModelsDocument.Of(CostModelCatalog.All), JsonDocuments.Default.CostModelsDocument),
            () => CatalogText.WriteCostModels(terminal, CostModelCatalog.All));
        return command;
    }

    private static void Add(Command command, Action asJson, Action asText)
    {
        Option<bool> json = SharedOptions.Json();
        command.Add(json);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
                asJson();
            else
                asText();
            return (int)ExitCode.Success;
        });
    }
}
