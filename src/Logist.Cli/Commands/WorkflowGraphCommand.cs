using Logist.Views;
using Logist.Workflows;

namespace Logist.Cli.Commands;

internal static class WorkflowGraphCommand
{
    internal sealed record Options(string File, string Format);

    public static CliCommand Build()
    {
        var file = Cli.Options.Required("file", "a workflow file, or a directory with one workflow.yaml, .yml or .json");
        var format = Cli.Options.Choice("--format", "how to draw it (default text)", "text", "mermaid", "dot");
        return new CliCommand("graph", "Draws the steps of a workflow and who needs whom.")
        {
            Arguments = { file },
            Options = { format },
            Examples = ["logist workflow graph workflow.yaml",
                "logist workflow graph workflow.yaml --format dot | dot -Tsvg >workflow.svg"],
            Execute = (session, parse, _) => ExecuteAsync(session, new Options(parse.GetValue(file)!, parse.GetValue(format) ?? "text")),
        };
    }

    private static Task<int> ExecuteAsync(Session session, Options options)
    {
        var workflow = WorkflowFile.Load(session.Surroundings.Absolute(options.File), session.Config()).OrThrow();
        var graph = WorkflowGraph.Render(workflow, options.Format);
        if (session.Globals.Json)
        {
            session.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("schema", "logist.graph/v1");
                json.WriteString("format", options.Format);
                json.WriteString("graph", graph);
                json.WriteEndObject();
            });
        }
        else
        {
            session.Terminal.Out.Write(SafeText.Escape(graph));
        }

        return Task.FromResult(ExitCode.Ok);
    }
}
