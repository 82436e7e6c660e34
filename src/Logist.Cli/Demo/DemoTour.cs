using Logist.Core.Jobs;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Cli.Demo;

/// <summary>Something that the demo promises, and whether it came true.</summary>
internal sealed record DemoCheck(string Text, bool Ok);

/// <summary>A job that succeeds; a job that stops and goes on after a person helped; one step again; only what failed again.</summary>
internal sealed partial class DemoTour(DemoStage stage, Mistake mistake)
{
    private const string First = "greeting", Second = "greeting-2";
    private readonly List<DemoCheck> _checks = [];

    /// <exception cref="Core.LogistException">A command did not end as expected.</exception>
    public async Task<List<DemoCheck>> PlayAsync(CancellationToken ct)
    {
        MakeRepository();
        var before = Untouchable();
        Title("1  A job that succeeds", "An agent writes, another reviews, commands check: the result is a branch.");
        await SucceedAsync(ct);
        Title("2  A job that stops, and goes on", mistake.Story);
        await StopAndGoOnAsync(ct);
        Title("3  One step again", $"{First} is done, but another agent shall write the script. The plan comes first.");
        await RestepAsync(ct);
        Title("4  Only what failed again", "What went into that test was wrong. A person corrects it; lint is not repeated.");
        await RerunFailedAsync(ct);
        Check("the checkout, its index and branch main were never touched", Untouchable() == before);
        return _checks;
    }

    private void MakeRepository()
    {
        stage.Git("init", "-q", "-b", "main");
        stage.Write("README.md", DemoFiles.Readme);
        stage.Write("test.sh", DemoFiles.Test);
        stage.Write("greeting.yaml", DemoFiles.Workflow(mistake.Careless));
        stage.Git("add", "-A");
        stage.Git("commit", "-q", "-m", "A test, and a workflow");
        stage.Say("A tour of Logist. The agents play a script, offline; everything else is real.");
        stage.Type($"export LOGIST_HOME={stage.Home}");
        stage.Type($"cd {stage.Repository}");
    }

    private async Task SucceedAsync(CancellationToken ct)
    {
        await stage.LogistAsync(ExitCode.Ok, "workflow", "graph", "greeting.yaml");
        await stage.LogistAsync(ExitCode.Ok, "job", "create", "greeting.yaml");
        Check($"{First} was PENDING", (await StateAsync(First, ct)).Status == JobStatus.Pending);
        await stage.LogistAsync(ExitCode.Ok, "job", "run");
        stage.Say();
        stage.Say("The reviewer asked for another round. What it said, and what changed then:");
        await stage.LogistAsync(ExitCode.Ok, "job", "history", "--step", "implement", "--type", "task.review_finished");
        await stage.LogistAsync(ExitCode.Ok, "job", "diff", First, "implement", "--attempt", "2");
        stage.Say();
        stage.Say("All of it as a branch; main stays as it is:");
        await stage.LogistAsync(ExitCode.Ok, "job", "diff", "--stat");
        await stage.LogistAsync(ExitCode.Ok, "job", "apply");
        stage.TypeGit("log", "--oneline", "--graph", $"logist/{First}");

        var job = await StateAsync(First, ct);
        Check($"{First} is SUCCESS, its review took two rounds", job.Status == JobStatus.Success && Attempts(job, "implement") == 2);
        Check($"branch logist/{First} is the job's result", stage.Git("rev-parse", $"logist/{First}") == job.Head);
        Check("every accepted step has a commit with its evidence", job.Run!.Tasks.All(EvidenceIsCommitted));
    }

    private async Task StopAndGoOnAsync(CancellationToken ct)
    {
        await stage.LogistAsync(ExitCode.Ok, "job", "create", "greeting.yaml", "--agent", "careless");
        await stage.LogistAsync(ExitCode.WaitingForPerson, "job", "run");
        var stopped = await StateAsync(Second, ct);
        var task = stopped.Run!.Tasks[stopped.Run.Workflow.IndexOf(mistake.Step)];
        Check($"{Second} stopped in INTERVENTION_REQUIRED at {mistake.Step} ({mistake.Category})",
            stopped.Status == JobStatus.InterventionRequired && task.Status == TaskStatus.Failed
                && task.Failure?.Category == mistake.Category);
        stage.Say();
        if (mistake.Repair is { } repair)
        {
            stage.Say("A person corrects it in the job's workspace, and hands it back:");
            Do(Second, repair);
        }
        else
        {
            stage.Say("A person answers, and hands it back:");
        }

        await stage.LogistAsync(ExitCode.Ok, "job", "resubmit", "--note", mistake.Note);
        Check("resubmit made it PENDING", (await StateAsync(Second, ct)).Status == JobStatus.Pending);
        await stage.LogistAsync(ExitCode.Ok, "job", "run");
        await stage.LogistAsync(ExitCode.Ok, "job", "history", "--step", mistake.Step);

        var job = await StateAsync(Second, ct);
        Check($"{Second} is SUCCESS; steps that were done were not done again",
            job.Status == JobStatus.Success && job.Run!.Tasks.All(t => t.Attempts.Count == Expected(job.Run, t)));
        stage.Say();
        stage.Say($"Every attempt, file tree and log is kept, also of what failed ({stage.Style.Bold($"logist job inspect {Second}")}):");
        var jobs = Path.Combine(stage.Home, "jobs", Second);
        stage.Say($"  result   {Path.Combine(jobs, "workspace")}");
        stage.Say($"  logs     {Path.Combine(jobs, "attempts")}");
        stage.Say($"  journal  {Path.Combine(jobs, "history.jsonl")}");
    }

    private void Do(string job, Repair repair)
    {
        var file = Path.Combine(stage.Home, "jobs", job, "workspace", repair.File);
        stage.Type($"{repair.Command} ../home/jobs/{job}/workspace/{repair.File}");
        File.WriteAllText(file, repair.Change(File.Exists(file) ? File.ReadAllText(file) : ""));
    }

    /// <summary>The reviewed step has two rounds; the one that failed has an attempt more.</summary>
    private int Expected(RunState run, TaskState task)
    {
        var step = run.Workflow.Steps[task.Step].Id;
        return (step == "implement" ? 2 : 1) + (step == mistake.Step ? 1 : 0);
    }

    private bool EvidenceIsCommitted(TaskState task) => task.Accepted?.Result is { Commit: { } commit } result
        && result.Evidence.All(file => stage.Git("ls-tree", "--name-only", commit, "--", file) == file);

    private string Untouchable() => stage.Git("status", "--porcelain=v2", "--branch") + stage.Git("stash", "list");

    private async Task<JobState> StateAsync(string job, CancellationToken ct) => (await stage.ReadAsync(job, ct)).Loaded.State;

    private static int Attempts(JobState job, string step) => job.Run!.Tasks[job.Run.Workflow.IndexOf(step)].Attempts.Count;

    private void Check(string text, bool ok) => _checks.Add(new DemoCheck(text, ok));

    private void Title(string text, string what)
    {
        stage.Say();
        stage.Say(stage.Style.Bold(text));
        stage.Say(what);
    }
}
