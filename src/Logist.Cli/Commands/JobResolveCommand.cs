using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobResolveCommand
{
    internal sealed record Options(string Job, string Step, string? Outcome, bool Keep, string? Reason, string? By);

    public static CliCommand Build()
    {
        var job = Cli.Options.Required("job", "id or unique prefix of at least 4 characters");
        var step = Cli.Options.Required("step", "number from 1, or id");
        var outcome = Cli.Options.Choice("--outcome",
            "success (default): what is in the workspace is the step's output; failed: give it up",
            "success", "failed");
        var keep = Cli.Options.Flag("--keep", "take the step's last accepted output back instead of the workspace");
        var reason = Cli.Options.Value("--reason", "text", "what was done and why (required)");
        var by = Cli.Options.Value("--by", "who", "who did it (default: git user.name, else the login name)");
        return new CliCommand("resolve", "A person did the step by hand: the workspace as it is now becomes its output.")
        {
            Arguments = { job, step },
            Options = { outcome, keep, reason, by },
            Remarks = "Nothing is executed. resubmit = a person fixed the cause, the step runs again; resolve = a person did the step.",
            Examples = ["logist job resolve fix-login merge --reason \"merged by hand\"",
                "logist job resolve fix-login test --keep --reason \"the new attempt was worse\""],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(parse.GetValue(job)!, parse.GetValue(step)!,
                parse.GetValue(outcome), parse.GetValue(keep), parse.GetValue(reason), parse.GetValue(by)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(options.Reason))
        {
            throw new LogistException(ErrorKind.Usage, "--reason is required", "the history tells who did what by hand, and why",
                "logist job resolve <job> <step> --reason \"…\"");
        }

        var opened = await OpenedJob.ReadAsync(session, JobReference.Resolve(session, options.Job), ct);
        var step = StepReference.Resolve(opened.Loaded.State.Run!, options.Step).Step;
        opened = await Drive.SettledAsync(session, opened, ct);
        var name = opened.Loaded.State.Run!.Workflow.Steps[step].Id;
        var request = new JobCommand.Resolve(Drive.Stamp(session, options.By), step, options.Outcome != "failed", options.Reason)
        {
            Keep = options.Keep,
        };
        var job = (await Worker.ResolveAsync(Drive.Services(session), opened.Id, request, opened.Loaded)).State;
        var result = job.Run!.Tasks[step].Accepted?.Result?.Commit;
        Request.Tell(session, job,
            $"{opened.Id} {name} is resolved ({(request.Success ? "success" : "failed")}); the job is {job.Status.Text()}",
            json => json.WriteString("commit", result));
        session.Terminal.WriteHint($"go on with: {Advice.Next(job)[0]}");
        return ExitCode.Ok;
    }
}
