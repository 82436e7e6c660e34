using Logist.Core.Jobs;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Cli.Demo;

internal sealed partial class DemoTour
{
    private static readonly Repair Greeting = new("sed -i s/Hi/Hello/", "greet.sh",
        text => text.Replace("Hi", "Hello", StringComparison.Ordinal));

    private async Task RestepAsync(CancellationToken ct)
    {
        await stage.LogistAsync(ExitCode.Ok, "job", "restep", First, "implement", "--agent", "brief", "--dry-run");
        await stage.LogistAsync(ExitCode.Ok, "job", "restep", First, "implement", "--agent", "brief");
        var again = await StateAsync(First, ct);
        Check("restep did one step again, in the same run; what used its output is stale",
            again.Status == JobStatus.Success && again.Runs.Count == 1 && Attempts(again, "implement") == 4
                && again.Run!.StaleSteps.Select(task => again.Run.Workflow.Steps[task.Step].Id).SequenceEqual(["lint", "test"]));
        stage.Say();
        stage.Say("Every attempt is kept. The new one against the one that counted before:");
        await stage.LogistAsync(ExitCode.Ok, "job", "diff", First, "implement", "--attempt", "4", "--against", "2");
        stage.Say();
        stage.Say("The stale steps, with the new script:");
        await stage.LogistAsync(ExitCode.WaitingForPerson, "job", "run", First, "--stale");
    }

    private async Task RerunFailedAsync(CancellationToken ct)
    {
        const string reason = "it has to say Hello";
        var before = await StateAsync(First, ct);
        Check("with it lint succeeded and test failed",
            Status(before, "lint") == TaskStatus.Success && Status(before, "test") == TaskStatus.Failed);
        Do(First, Greeting);
        await stage.LogistAsync(ExitCode.Ok, "job", "rerun", First, "--failed", "--reason", reason, "--dry-run");
        await stage.LogistAsync(ExitCode.Ok, "job", "rerun", First, "--failed", "--reason", reason);
        await stage.LogistAsync(ExitCode.Ok, "job", "history", First, "--step", "test");
        var after = await StateAsync(First, ct);
        Check("the partial re-run did test and release again, nothing else",
            after.Run!.Tasks.All(task => task.Attempts.Count - before.Run!.Tasks[task.Step].Attempts.Count
                == (after.Run.Workflow.Steps[task.Step].Id is "test" or "release" ? 1 : 0)));
        Check($"{First} is SUCCESS again, nothing in it is stale", after.Status == JobStatus.Success && !after.Run.StaleSteps.Any());
    }

    private static TaskStatus Status(JobState job, string step) => job.Run!.Tasks[job.Run.Workflow.IndexOf(step)].Status;
}
