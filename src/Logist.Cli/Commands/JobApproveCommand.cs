using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobApproveCommand
{
    internal sealed record Options(string? Job, string? Step, string? Comment, string? By);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var step = Cli.Options.Step();
        var comment = Cli.Options.Value("--comment", "text", "for the history");
        var by = Cli.Options.Value("--by", "who", "who approves (default: git user.name, else the login name)");
        return new CliCommand("approve", "Opens the gate before a step; job run then goes on.")
        {
            Arguments = { job, step },
            Options = { comment, by },
            Examples = ["logist job approve fix-login merge --comment \"looks good\""],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job), parse.GetValue(step), parse.GetValue(comment), parse.GetValue(by)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var id = JobReference.Resolve(session, options.Job);
        var opened = await OpenedJob.ReadAsync(session, id, ct);
        opened = await TakeInAsync(session, opened, ct);
        var step = Gates.Choose(opened, options.Step);
        var stamp = Drive.Stamp(session, options.By);
        var tree = opened.Loaded.State.Run!.Tasks[step].Gate?.Tree;
        var job = await Request.CarryOutAsync(session, id, _ => new JobCommand.Approve(stamp, step, options.Comment, tree), ct);
        Request.Tell(session, job, $"{id} {opened.Loaded.State.Run!.Workflow.Steps[step].Id} is approved");
        session.Terminal.WriteHint($"go on with: {Advice.Next(job)[0]}");
        return ExitCode.Ok;
    }

    /// <summary>What a person changed at rest is part of what is approved: the gates are asked about it first.</summary>
    private static async Task<OpenedJob> TakeInAsync(Session session, OpenedJob opened, CancellationToken ct)
    {
        var services = Drive.Services(session);
        if (!opened.Loaded.State.IsAtRest || Worker.Edit(services, opened.Id, opened.Loaded.State) is not { } edit)
        {
            return opened;
        }

        session.Terminal.WriteWarning($"changed in the workspace and part of what is approved: {string.Join(", ", edit.Files)}");
        var asking = new RunOptions { GatesOnly = true, Who = () => Drive.Who(session, null) };
        _ = await Worker.RunAsync(services, opened.Id, asking, (_, _) => { }, CancellationToken.None, CancellationToken.None);
        return await OpenedJob.ReadAsync(session, opened.Id, ct);
    }
}

/// <summary>Which gate is meant.</summary>
internal static class Gates
{
    /// <exception cref="LogistException">UnknownStep; Usage: several gates are open; WrongState: none is.</exception>
    public static int Choose(OpenedJob opened, string? step)
    {
        var job = opened.Loaded.State;
        if (job.Run is not { } run)
        {
            throw new LogistException(ErrorKind.WrongState, $"{job.Id} waits for no approval", null, $"logist job status {job.Id}");
        }

        if (step is not null)
        {
            return StepReference.Resolve(run, step).Step;
        }

        return run.OpenGates.Count switch
        {
            1 => run.OpenGates.Min,
            0 => throw new LogistException(ErrorKind.WrongState, $"{job.Id} waits for no approval", null, $"logist job status {job.Id}"),
            _ => throw new LogistException(ErrorKind.Usage, "which step?",
                $"gates are open before {string.Join(", ", run.OpenGates.Select(g => run.Workflow.Steps[g].Id))}"),
        };
    }
}
