using System.CommandLine;
using Logist.Cli.Commands;

namespace Logist.Cli;

/// <summary>Every command that exists, in the order in which help shows it.</summary>
internal static class CommandTree
{
    // "logist" as name would make the parser swallow a first argument "logist".
    private const string RootName = "\u200blogist";

    private static readonly (string Name, Func<CliCommand> Build)[] Jobs =
    [
        ("create", JobCreateCommand.Build),
        ("list", JobListCommand.Build),
        ("select", JobSelectCommand.Build),
        ("status", JobStatusCommand.Build),
        ("run", JobRunCommand.Build),
        ("step", JobStepCommand.Build),
        ("rerun", JobRerunCommand.Build),
        ("restep", JobRestepCommand.Build),
        ("history", JobHistoryCommand.Build),
        ("logs", JobLogsCommand.Build),
        ("diff", JobDiffCommand.Build),
        ("inspect", JobInspectCommand.Build),
        ("preview", JobPreviewCommand.Build),
        ("suspend", JobSuspendCommand.Build),
        ("resume", JobResumeCommand.Build),
        ("cancel", JobCancelCommand.Build),
        ("resubmit", JobResubmitCommand.Build),
        ("resolve", JobResolveCommand.Build),
        ("approve", JobApproveCommand.Build),
        ("reject", JobRejectCommand.Build),
        ("recover", JobRecoverCommand.Build),
        ("apply", JobApplyCommand.Build),
    ];

    private static readonly (string Name, Func<CliCommand> Build)[] Workflows =
    [
        ("validate", WorkflowValidateCommand.Build), ("graph", WorkflowGraphCommand.Build), ("schema", WorkflowSchemaCommand.Build),
    ];

    public static CliCommand Build() => Build(new GlobalOptions(), words: null);

    /// <param name="words">
    /// Only commands whose names are among these words are built; null = all. A line that names no other command is parsed the same
    /// with or without the others, and building them takes a third of the time that a short command needs.
    /// </param>
    public static CliCommand Build(GlobalOptions globals, IReadOnlyList<string>? words)
    {
        var root = new CliCommand(RootName, "Runs AI coding agents as durable jobs.");
        foreach (var option in globals.All)
        {
            option.Recursive = true;
            root.Add(option);
        }

        Add(root, words, "job", () => Group("job", "Everything about jobs.", Jobs, words));
        Add(root, words, "workflow", () => Group("workflow", "Checks and shows workflow files.", Workflows, words));
        Add(root, words, "approvals", () =>
            Group("approvals", "Gates that wait for a person.", [("list", ApprovalsListCommand.Build)], words));
        Add(root, words, "audit", () => Group("audit", "Who asked for what, and why.", [("list", AuditListCommand.Build)], words));
        Add(root, words, "serve", ServeCommand.Build);
        Add(root, words, "init", InitCommand.Build);
        Add(root, words, "demo", DemoCommand.Build);
        Add(root, words, "doctor", DoctorCommand.Build);
        Add(root, words, "completion", CompletionCommand.Build);
        Add(root, words, "help", () => HelpCommand.Build(root));
        return root;
    }

    private static CliCommand Group(string name, string description, (string Name, Func<CliCommand> Build)[] commands,
        IReadOnlyList<string>? words)
    {
        var group = new CliCommand(name, description);
        foreach (var (command, build) in commands)
        {
            Add(group, words, command, build);
        }

        return group;
    }

    private static void Add(CliCommand group, IReadOnlyList<string>? words, string name, Func<CliCommand> build)
    {
        if (words is null || words.Contains(name))
        {
            group.Add(build());
        }
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
