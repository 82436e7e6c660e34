using Logist.Workflows;

namespace Logist.Cli.Commands;

internal static class WorkflowSchemaCommand
{
    public static CliCommand Build() => new("schema", "Prints the JSON Schema (draft-07) of workflow files, for editors.")
    {
        Examples = ["logist workflow schema >workflow.schema.json"],
        Execute = (session, _, _) =>
        {
            session.Terminal.Out.WriteLine(WorkflowSchema.Json.TrimEnd());
            return Task.FromResult(ExitCode.Ok);
        },
    };
}
