namespace Logist.Tests.Workflows;

public sealed class HostileFileTests : IDisposable
{
    private readonly WorkflowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_problems_are_reported_at_once_sorted_and_bounded()
    {
        var problems = _folder
            .Problems(
                "name: w\nmax_parallel: x\nsteps:\n  b: { run: x, needs: [nope] }\n  a: { rum: x }\n  c: { prompt: \"${{ params.q }}\", "
                    + "agent: nobody }\n");
        problems.Select(p => p[..p.IndexOf(' ', StringComparison.Ordinal)]).ShouldBe(["2:15", "4:24", "5:3", "5:8", "6:17", "6:42"]);
        var many = _folder.Problems("name: w\nsteps:\n" + string
            .Concat(Enumerable.Range(0, 5000).Select(i => $"  s{i}: {{ run: x, bad: y }}\n")));
        many.Count.ShouldBe(201);
        many[^1].ShouldBe("0:0 and 4800 more problems");
    }

    [Fact]
    public void Small_files_cannot_become_huge_ones()
    {
        _ = _folder.Put("p.md", new string('x', 1024 * 1024));
        string Steps(string body) => string.Concat(Enumerable.Range(0, 10_000).Select(i => $"  s{i}: {{ {body} }}\n"));
        _folder.Problems("defaults: { agent: claude }\nsteps:\n" + Steps("prompt_file: p.md")).ShouldBe(
            ["67:3 the texts of all steps up to s64 are more than 64 MiB together, defaults and prompt files included (shorten them)"]);
        var env = string.Join(", ", Enumerable.Range(0, 100_000).Select(i => $"V{i}"));
        _folder.Problems($"defaults: {{ env: [{env}] }}\nsteps:\n" + Steps("run: x, env: [A]"))
            .ShouldBe(["1:18 env: more than 1000 variables (put them into a file)"]);
        var keys = string.Concat(Enumerable.Range(0, 300_000).Select(i => $"k{i}: 1\n"));
        _folder.Problems(keys + "steps: { a: { run: x } }\n").Count.ShouldBe(201);
        var agents = string.Join(", ", Enumerable.Range(0, 100_000).Select(i => $"agent{i}: {{script: x}}"));
        _folder.Problems($"agents: {{ {agents} }}\nsteps:\n" + Steps("prompt: x, agent: agnt")).Count.ShouldBe(200);
    }

    [Fact]
    public void Mutations_of_a_good_file_never_throw()
    {
        var random = new Random(20261120);
        var good = File.ReadAllText(Path.Combine(ExamplesDirectory(), "fix-issue.yaml"));
        const string Pieces = "{}[]:,&*!|>'\"%@`#?-\t\n \0~<$\\é😀";
        for (var n = 0; n < 3000; n++)
        {
            var text = new System.Text.StringBuilder(good);
            for (var m = random.Next(1, 6); m > 0; m--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at)),
                    1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                    _ => text.Insert(at, good.AsSpan(random.Next(good.Length - 30), 30)),
                };
            }

            try
            {
                _ = _folder.Load(text.ToString());
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {n}: {e}\n{text}");
            }
        }
    }

    private static string ExamplesDirectory()
    {
        var directory = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(directory, "examples")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        return Path.Combine(directory, "examples");
    }
}
