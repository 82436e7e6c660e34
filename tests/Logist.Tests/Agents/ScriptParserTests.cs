using Logist.Agents;
using Logist.Agents.Scripts;

namespace Logist.Tests.Agents;

public sealed class ScriptParserTests
{
    [Theory]
    [InlineData("wrte a b", 1, "unknown action \"wrte\"")]
    [InlineData("# fine\n\nwrite", 3, "needs a file name")]
    [InlineData("write a.md", 1, "needs a text")]
    [InlineData("write /etc/passwd x", 1, "no file inside the workspace")]
    [InlineData("write ../x y", 1, "no file inside the workspace")]
    [InlineData("copy a", 1, "needs a file name")]
    [InlineData("copy a b c", 1, "too much")]
    [InlineData("fill a 10 parsecs", 1, "too much")]
    [InlineData("fill a ten", 1, "not a size")]
    [InlineData("sleep 5", 1, "not a duration")]
    [InlineData("sleep 99999999s", 1, "not a duration")]
    [InlineData("chmod 999 a", 1, "not a mode")]
    [InlineData("exit 256", 1, "not an exit code")]
    [InlineData("crash WINCH", 1, "not a signal")]
    [InlineData("spend in=-1", 1, "in=, out=")]
    [InlineData("spend in=1.5", 1, "in=, out=")]
    [InlineData("spend", 1, "in=, out=")]
    [InlineData("answer DONE", 1, "COMPLETED, STUCK or RETRY")]
    [InlineData("answer", 1, "COMPLETED, STUCK or RETRY")]
    [InlineData("hang on", 1, "too much")]
    [InlineData("write a \"open", 1, "not closed")]
    [InlineData("write a \"x\" y", 1, "after the closing quote")]
    [InlineData("write a \"\\q\"", 1, "unknown escape")]
    [InlineData("write a <<END\nx\n", 1, "no line \"END\"")]
    [InlineData("when step=plan", 1, "colon")]
    [InlineData("when:", 1, "unknown action")]
    [InlineData("when :", 1, "needs a condition")]
    [InlineData("when colour=red:", 1, "unknown condition")]
    [InlineData("when attempt>=two:", 1, "number from 1")]
    [InlineData("when step>plan:", 1, "= or !=")]
    [InlineData("when role=boss:", 1, "worker or supervisor")]
    [InlineData("when attempt>1|2:", 1, "one number")]
    [InlineData("when attempt>=:", 1, "no condition")]
    [InlineData("when nonsense:", 1, "no condition")]
    public void What_is_wrong_is_reported_with_its_line(string script, int line, string message)
    {
        var problem = ScriptedAgent.Validate(script)[0];
        problem.Line.ShouldBe(line);
        problem.Message.ShouldContain(message);
    }

    [Fact]
    public void All_problems_are_reported() => ScriptedAgent.Validate("x\nprint ok\ny\nexit 999").Select(p => p.Line).ShouldBe([1, 3, 4]);

    [Fact]
    public void The_example_of_the_documentation_is_valid()
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "agents", "scripted.md"));
        var blocks = text.Split("```script\n")[1..].Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)]).ToList();
        blocks.Count.ShouldBeGreaterThan(1);
        blocks.ShouldAllBe(b => ScriptedAgent.Validate(b).Count == 0);
        foreach (var verb in ScriptGrammar.Verbs.Split(' '))
        {
            text.ShouldContain($"`{verb}");
            ScriptGrammar.Spec(verb).ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("when step=plan:", true)]
    [InlineData("when step=a|plan:", true)]
    [InlineData("when step!=plan:", false)]
    [InlineData("when role=supervisor:", false)]
    [InlineData("when attempt=3:", true)]
    [InlineData("when attempt=1|3:", true)]
    [InlineData("when attempt!=3:", false)]
    [InlineData("when attempt>=3 round<3 round>1 attempt<=3:", true)]
    [InlineData("when attempt>3:", false)]
    [InlineData("when step=plan attempt<3:", false)]
    [InlineData("otherwise:", true)]
    public void Conditions_select(string when, bool matches)
    {
        var script = ScriptParser.Parse($"{when}\n  hang").Script;
        (script.Choose(new ScriptContext("job", 1, "plan", 3, "worker", 2)) is not null).ShouldBe(matches);
    }

    [Fact]
    public void The_first_section_that_matches_is_chosen()
    {
        var script = ScriptParser.Parse("when step=x:\n exit 1\nwhen step=plan:\n exit 2\notherwise:\n exit 3").Script;
        script.Choose(new ScriptContext("job", 1, "plan", 1, "worker", 1))!.Actions[0].Words.ShouldBe(["2"]);
    }

    [Fact]
    public void Texts_keep_what_was_meant()
    {
        Text("print hello  world").ShouldBe("hello  world\n");
        Text("print \"a\\tb\\u00e9\\\"\\\\\"").ShouldBe("a\tbé\"\\");
        Text("print <<END\n    a\n      b\n\n    c\n    END").ShouldBe("a\n  b\n\nc\n");
        Text("run echo \"x\" 'y' \\n").ShouldBe("echo \"x\" 'y' \\n");
        Text("answer COMPLETED all is well").ShouldBe("all is well");

        static string? Text(string line) => ScriptParser.Parse(line).Script.Common[0].Text;
    }

    [Fact]
    public void Random_scripts_never_throw()
    {
        var random = new Random(5);
        string[] parts =
        [
            .. ScriptGrammar.Verbs.Split(' '),
            "when", "otherwise:", "step=", "=", ">=", ":", "\"", "\\", "<<", "END", "\n", " ", "\t", "a", "{step}", "1", "\\u00",
        ];
        for (var i = 0; i < 20_000; i++)
        {
            var words = Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)] + " "[random.Next(2)..]);
            _ = ScriptedAgent.Validate(string.Concat(words));
        }
    }

    private static string RepositoryRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Logist.slnx")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        return directory;
    }
}
