using System.Text;
using Logist.Core;
using Logist.Core.Workflows;
using Logist.Stores;
using Logist.Workflows;

namespace Logist.Tests.Workflows;

public sealed class CompiledWorkflowTests : IDisposable
{
    private readonly WorkflowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private JobLayout Job => new(_folder.Root);

    private static WorkflowDefinition Small(string name = "w") =>
        new(name, [new StepDefinition("a") { Run = new RunAction("echo", null) }]);

    [Fact]
    public void The_bytes_are_canonical_and_say_only_what_is_not_default()
    {
        Encoding.UTF8.GetString(CompiledWorkflow.Write(Small()))
            .ShouldBe("""{"schema":"logist.workflow/v1","name":"w","steps":[{"id":"a","run":"echo"}]}""");
        CompiledWorkflow.Sha(CompiledWorkflow.Write(Small())).ShouldBe(CompiledWorkflow.Sha(CompiledWorkflow.Write(Small())));
        var one = new WorkflowDefinition("w", Small().Steps) { Params =
            new Dictionary<string, ParamDefinition> { ["b"] = new(true, null), ["a"] = new(false, "x") } };
        var two = new WorkflowDefinition("w", Small().Steps) { Params =
            new Dictionary<string, ParamDefinition> { ["a"] = new(false, "x"), ["b"] = new(true, null) } };
        CompiledWorkflow.Write(one).ShouldBe(CompiledWorkflow.Write(two));
        var five = new WorkflowDefinition("w", Small().Steps) { Budget = new Budget(5m) };
        var fiveZero = new WorkflowDefinition("w", Small().Steps) { Budget = new Budget(5.00m) };
        CompiledWorkflow.Write(five).ShouldBe(CompiledWorkflow.Write(fiveZero));
    }

    [Fact]
    public void Whatever_is_written_is_read_back_the_same()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var workflow = AnyWorkflow(new Random(seed));
            var json = CompiledWorkflow.Write(workflow);
            var back = CompiledWorkflow.Read(json);
            CompiledWorkflow.Write(back).ShouldBe(json, $"seed {seed}");
            Same.Check(back, workflow, $"seed {seed}");
        }
    }

    [Fact]
    public void Saving_is_idempotent_and_loading_verifies()
    {
        var sha = CompiledWorkflow.Save(Job, Small());
        var path = Path.Combine(Job.Workflows, sha + ".json");
        var written = File.GetLastWriteTimeUtc(path);
        CompiledWorkflow.Save(Job, Small()).ShouldBe(sha);
        File.GetLastWriteTimeUtc(path).ShouldBe(written);
        CompiledWorkflow.Load(Job, sha).Steps.ShouldHaveSingleItem().Id.ShouldBe("a");
        Directory.GetFiles(Job.Workflows).ShouldBe([path]);
    }

    [Fact]
    public void Every_damaged_byte_is_found()
    {
        var sha = CompiledWorkflow.Save(Job, Small());
        var path = Path.Combine(Job.Workflows, sha + ".json");
        var good = File.ReadAllBytes(path);
        for (var i = 0; i < good.Length; i++)
        {
            var bad = (byte[])good.Clone();
            bad[i] ^= 1;
            File.WriteAllBytes(path, bad);
            Should.Throw<LogistException>(() => CompiledWorkflow.Load(Job, sha)).Problem.Kind.ShouldBe(ErrorKind.Corrupt);
        }

        File.WriteAllBytes(path, good[..^1]);
        Should.Throw<LogistException>(() => CompiledWorkflow.Load(Job, sha)).Problem.What.ShouldContain("is damaged");
        CompiledWorkflow.Save(Job, Small()).ShouldBe(sha);
        _ = CompiledWorkflow.Load(Job, sha);
        File.Delete(path);
        Should.Throw<LogistException>(() => CompiledWorkflow.Load(Job, sha)).Problem.What.ShouldContain("is missing");
        Should.Throw<LogistException>(() => CompiledWorkflow.Load(Job, "../../etc/passwd")).Problem.Kind.ShouldBe(ErrorKind.Corrupt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"schema":"logist.workflow/v2","name":"w","steps":[]}""")]
    [InlineData("""{"schema":"logist.workflow/v1","name":"w","steps":[{"id":"a","new":1}]}""")]
    [InlineData("""{"schema":"logist.workflow/v1","name":"w","steps":[{"id":1}]}""")]
    [InlineData("""{"schema":"logist.workflow/v1","name":"w","steps":[{"id":"a","timeout_ms":9223372036854775807}]}""")]
    [InlineData("""{"schema":"logist.workflow/v1","name":"w","steps":[{"id":"\ud800"}]}""")]
    [InlineData("""{"schema":"logist.workflow/v1","name":"w","steps":[]} x""")]
    public void Anything_else_is_corrupt_and_never_another_exception(string json) =>
        Should.Throw<LogistException>(() => CompiledWorkflow.Read(Encoding.UTF8.GetBytes(json))).Problem.Kind.ShouldBe(ErrorKind.Corrupt);

    [Fact]
    public void Ten_thousand_steps_are_read_within_60_ms()
    {
        var steps = Enumerable.Range(0, 10_000).Select(i => new StepDefinition($"s{i}")
        {
            Needs = i == 0 ? [] : [$"s{i - 1}"], Run = new RunAction("/bin/true", null), Timeout = TimeSpan.FromMinutes(1),
        });
        var json = CompiledWorkflow.Write(new WorkflowDefinition("w", [.. steps]));
        var before = ThreadTime.Now;
        CompiledWorkflow.Read(json).Steps.Count.ShouldBe(10_000);
        (ThreadTime.Now - before).ShouldBeLessThan(TimeSpan.FromMilliseconds(60));
    }

    private static WorkflowDefinition AnyWorkflow(Random random)
    {
        string Text() =>
            string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ =>
                "a\"\\\n\t<é😀$'\u0001\u202E"[random.Next(9)] is var c && char.IsSurrogate(c) ? "😀" : c.ToString()));
        T? Maybe<T>(Func<T> make) where T : class => random.Next(2) == 0 ? null : make();
        List<string> Texts() => [.. Enumerable.Range(0, random.Next(3)).Select(_ => Text())];
        Dictionary<string, string> Map() => Enumerable.Range(0, random.Next(3)).ToDictionary(i => $"K{i}", _ => Text());
        TimeSpan? Time() => random.Next(2) == 0 ? null : TimeSpan.FromMilliseconds(random.Next(1, int.MaxValue));
        RunAction Run() => random.Next(2) == 0 ? new RunAction(Text(), null) : new RunAction(null, Texts());
        Budget Limits() => new(random.Next(2) == 0 ? null : random.Next(1, 100_000) / 100m,
            random.Next(2) == 0 ? null : random.NextInt64(1, 1L << 40), Time(),
            random.Next(2) == 0 ? null : random.Next(1, 100));
        StepEnvironment Env() => new(Texts(), Map());
        StepDefinition Step(int i) => new($"s{i}")
        {
            Title = Maybe(Text), Description = Maybe(Text), Needs = i == 0 ? [] : [$"s{random.Next(i)}"], Run = Maybe(Run),
                Prompt = Maybe(Text), Agent = Maybe(Text),
            Fallback = Texts(),
            Model = Maybe(Text), Review = Maybe(() => new ReviewDefinition(Text(), random.Next(1, 9), Maybe(Text), Maybe(Text))),
            Checks = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Run())],
            Retry = random.Next(2) == 0 ? RetryPolicy.None : new RetryPolicy(random.Next(1, 9), TimeSpan.FromSeconds(random.Next(1, 9)),
                1 + random.NextDouble(), TimeSpan.FromHours(1)),
            Timeout = Time(), InactivityTimeout = Time(), Workspace = (WorkspaceMode)random.Next(2), Keep = Texts(), Evidence = Texts(),
            Env = Env(),
            Approval = Maybe(() => new ApprovalDefinition(Maybe(Text))),
            OnInterrupt = random.Next(2) == 0 ? null : (InterruptPolicy)random.Next(3),
            ExternalSideEffects = random.Next(2) == 0, Budget = Maybe(Limits),
        };
        return new WorkflowDefinition("w", [.. Enumerable.Range(0, random.Next(1, 6)).Select(Step)])
        {
            Description = Maybe(Text), Budget = Maybe(Limits), MaxParallel = random.Next(2) == 0 ? null : random.Next(1, 9),
            Instructions = new Instructions(Maybe(Text), Maybe(Text)),
            Params = Enumerable.Range(0, random.Next(3)).ToDictionary(i => $"p{i}", _ =>
                new ParamDefinition(random.Next(2) == 0, Maybe(Text), Maybe(Text))),
            Agents = Enumerable.Range(0, random.Next(3)).ToDictionary(i => $"a{i}", _ => new AgentDefinition(Text())
            {
                Command = Texts(), Delivery = (PromptDelivery)random.Next(3), Script = Maybe(Text), Model = Maybe(Text), Env = Env(),
                Arguments = Texts(), Url = Maybe(Text), KeyVariable = Maybe(Text),
            }),
        };
    }
}
