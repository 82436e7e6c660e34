using Logist.Core;
using Logist.Views;
using Logist.Workflows;

namespace Logist.Cli.Commands;

internal static class WorkflowValidateCommand
{
    internal sealed record Options(string File);

    public static CliCommand Build()
    {
        var file = Cli.Options.Required("file", "a workflow file, or a directory with one workflow.yaml, .yml or .json");
        return new CliCommand("validate", "Checks a workflow file; problems are printed as file:line:column (exit 9).")
        {
            Arguments = { file },
            Examples = ["logist workflow validate .logist/workflows/hello.yaml"],
            Execute = (session, parse, _) => ExecuteAsync(session, new Options(parse.GetValue(file)!)),
        };
    }

    private static Task<int> ExecuteAsync(Session session, Options options)
    {
        var result = WorkflowFile.Load(session.Surroundings.Absolute(options.File), session.Config());
        if (session.Globals.Json)
        {
            WriteJson(session, result);
        }
        else
        {
            foreach (var problem in result.Problems)
            {
                session.Terminal.Out.WriteLine(SafeText.OneLine(problem.ToString()));
            }

            if (result.Workflow is { } workflow)
            {
                session.Terminal.Out.WriteLine(
                    $"{SafeText.OneLine(result.File)}: ok, {workflow.Steps.Count} step{(workflow.Steps.Count == 1 ? "" : "s")}");
            }
        }

        return Task.FromResult(result.Workflow is null ? ErrorKind.InvalidWorkflow.Exit : ExitCode.Ok);
    }

    private static void WriteJson(Session session, CompileResult result) => session.Terminal.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("schema", "logist.validation/v1");
        json.WriteString("file", result.File);
        json.WriteBoolean("valid", result.Workflow is not null);
        json.WriteStartArray("problems");
        foreach (var problem in result.Problems)
        {
            json.WriteStartObject();
            json.WriteString("file", problem.File);
            json.WriteNumber("line", problem.Line);
            json.WriteNumber("column", problem.Column);
            json.WriteString("severity", problem.Severity == Severity.Error ? "error" : "warning");
            json.WriteString("message", problem.Message);
            json.WriteString("hint", problem.Hint);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
