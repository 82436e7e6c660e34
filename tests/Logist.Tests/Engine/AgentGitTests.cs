using Logist.Core.Jobs;

namespace Logist.Tests.Engine;

/// <summary>What agents do to the repository they work in can't harm the job.</summary>
public sealed class AgentGitTests
{
    private const string Then = """

        steps:
          work: { prompt: p, agent: coder }
          next: { needs: [work], run: ls > listing.txt }
        """;

    private static Task<JobInTest> JobAsync(string script) =>
        JobInTest.CreateAsync($$"""
            agents: { coder: { script: "{{script}}" } }
            """ + Then);

    [Fact]
    public async Task Commits_of_an_agent_are_kept_as_the_second_parent()
    {
        await using var job =
            await JobAsync(@"write one.md 1\ncommit first of the agent\nwrite two.md 2\ncommit second of the agent\nwrite three.md 3");
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success, await job.HistoryAsync());
        var commit = job.Commit("work");
        var parents = job.Git("rev-list", "--parents", "-1", commit).Split(' ')[1..];
        parents.Length.ShouldBe(2);
        parents[0].ShouldBe(job.Events<JobEvent.TaskScheduled>()[0].Input);
        job.Git("log", "--format=%s", $"{parents[0]}..{parents[1]}").Split('\n').ShouldBe(["second of the agent", "first of the agent"]);
        job.Files(commit).ShouldBe(["README.md", "one.md", "three.md", "two.md"]);
        job.Git("log", "--first-parent", "--format=%(trailers:key=Logist-Step,valueonly,separator=)", "--reverse", job.Branch).Split('\n')
            .ShouldBe(["", "work", "next"]);
    }

    [Theory]
    [InlineData(@"write one.md 1\nrun git checkout -q -b mine\ncommit on a branch of its own\nrun git branch -D main 2>/dev/null || true")]
    [InlineData(@"write one.md 1\nrun rm -rf .git")]
    [InlineData(@"write one.md 1\nrun rm -rf .git && git init -q && git add -A && git -c user.name=x -c user.email=x@x commit -q -m fresh")]
    [InlineData(@"write one.md 1\nrun git config core.worktree /nowhere; git config core.bare true")]
    [InlineData(@"write one.md 1\nrun git add one.md; git gc -q --prune=now")]
    [InlineData(@"write one.md 1\nrun git stash -q -u || true; git stash pop -q || true")]
    [InlineData(@"write one.md 1\nrun touch .git/index.lock; echo junk > .git/HEAD")]
    public async Task What_an_agent_does_to_its_git_directory_does_not_matter(string script)
    {
        await using var job = await JobAsync(script);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success, await job.HistoryAsync());
        job.Files(job.Branch).ShouldBe(["README.md", "listing.txt", "one.md"]);
        job.Show(job.Branch, "listing.txt").ShouldBe("README.md\nlisting.txt\none.md");
        job.Git("fsck", "--connectivity-only", "--no-dangling");
    }

    [Fact]
    public async Task An_agent_can_read_the_history_it_works_on()
    {
        await using var job = await JobInTest.CreateAsync("""
            agents: { coder: { script: "run git log --format=%s > MARKS/log; git status --porcelain > MARKS/status" } }
            steps:
              first: { run: echo x > x.txt }
              work: { needs: [first], prompt: p, agent: coder }
            """);
        (await job.RunAsync()).Status.ShouldBe(JobStatus.Success, await job.HistoryAsync());
        File.ReadAllLines(job.Mark("log")).ShouldBe([$"first ({job.Id})", "base"]);
        File.ReadAllText(job.Mark("status")).ShouldBe("");
    }
}
