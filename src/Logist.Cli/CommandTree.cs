using System.CommandLine;
using Logist.Cli.Commands;

namespace Logist.Cli;

/// <summary>Every command that exists, in the order in which help shows it.</summary>
internal static class CommandTree
{
    // "logist" as name would make the parser swallow a first argument "logist".
    private const string RootName = "\u200blogist";

    public static CliCommand Build() => Build(new GlobalOptions());

    public static CliCommand Build(GlobalOptions globals)
    {
        var root = new CliCommand(RootName, "Runs AI coding agents as durable jobs.");
        foreach (var option in globals.All)
        {
            option.Recursive = true;
            root.Add(option);
        }

        root.Add(new CliCommand("job", "Everything about jobs.")
        {
            JobCreateCommand.Build(), JobListCommand.Build(), JobSelectCommand.Build(), JobStatusCommand.Build(), JobRunCommand.Build(), JobStepCommand.Build(),
            JobHistoryCommand.Build(), JobLogsCommand.Build(), JobDiffCommand.Build(), JobInspectCommand.Build(), JobPreviewCommand.Build(),
            JobSuspendCommand.Build(), JobResumeCommand.Build(), JobCancelCommand.Build(), JobResubmitCommand.Build(), JobApproveCommand.Build(),
            JobRejectCommand.Build(), JobRecoverCommand.Build(), JobApplyCommand.Build(),
        });
        root.Add(new CliCommand("workflow", "Checks and shows workflow files.")
        {
            WorkflowValidateCommand.Build(), WorkflowGraphCommand.Build(), WorkflowSchemaCommand.Build(),
        });
        root.Add(new CliCommand("approvals", "Gates that wait for a person.") { ApprovalsListCommand.Build() });
        root.Add(InitCommand.Build());
        root.Add(DemoCommand.Build());
        root.Add(DoctorCommand.Build());
        root.Add(CompletionCommand.Build());
        root.Add(HelpCommand.Build(root));
        return root;
    }

    /// <summary>The words that name a command, from the root: <c>logist job run</c>.</summary>
    public static string Path(Command command)
    {
        var path = command.Name.TrimStart('\u200b');
        foreach (var parent in command.Parents)
        {
            if (parent is Command group)
            {
                return $"{Path(group)} {path}";
            }
        }

        return path;
    }
}
