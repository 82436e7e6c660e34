using Logist.Testing;
using Logist.Agents;
using Logist.Workflows;

namespace Logist.Tests.Docs;

/// <summary>The pages about agents are true of the adapters, and what they show can be used.</summary>
public sealed class AgentPagesTests : IDisposable
{
    private static readonly string Pages = Path.Combine(Repository.Root, "docs", "agents");

    private readonly string _root = Directory.CreateTempSubdirectory("logist-agents-").FullName;

    public static TheoryData<string> All => [.. Directory.EnumerateFiles(Pages, "*.md").Select(page => Path.GetFileName(page)!)];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [MemberData(nameof(All))]
    public void Every_declaration_that_a_page_shows_is_valid(string page)
    {
        var blocks = File.ReadAllText(Path.Combine(Pages, page)).Split("```yaml\n")[1..];
        foreach (var block in blocks.Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)]))
        {
            var isConfig = block.StartsWith("# config.yaml\n", StringComparison.Ordinal);
            var file = Path.Combine(_root, isConfig ? "config.yaml" : "workflow.yaml");

            // A snippet of the scripted agent's page has only agents.
            File.WriteAllText(file, isConfig || block.Contains("steps:", StringComparison.Ordinal) ? block
                : block + "steps: { a: { run: x } }\n");
            var problems = isConfig ? ConfigFile.Load(_root).Problems : WorkflowFile.Load(file).Problems;
            problems.Where(problem => !problem.Message.StartsWith("there is no program", StringComparison.Ordinal)).ShouldBeEmpty(block);
        }
    }

    [Fact]
    public void Every_provider_has_a_page_that_the_list_names()
    {
        var list = File.ReadAllText(Path.Combine(Pages, "README.md"));
        foreach (var provider in AgentCatalogue.Providers)
        {
            list.ShouldContain($"`{provider}`");
            var page = AgentDeclarations.Models.Contains(provider) ? "models" : provider;
            list.ShouldContain($"({page}.md)");
        }
    }

    [Fact]
    public void A_page_says_how_its_program_is_installed_and_with_which_version_it_was_tested()
    {
        foreach (var program in AgentPrograms.All)
        {
            var page = File.ReadAllText(Path.Combine(Pages, program.Name + ".md"));
            page.ShouldContain($"`{program.Install}`");
            page.ShouldContain($"Measured with {program.Tested.To},");
            page.ShouldContain(program.Credentials.File.Split('/')[^1] is ".credentials.json" or "auth.json" or "providers.json"
                ? program.Credentials.File.Split('/')[^1] : $"~/{program.Credentials.Directory}/");
        }
    }

    [Fact]
    public void What_a_file_may_declare_can_be_driven()
    {
        AgentDeclarations.Providers.ShouldBe(AgentCatalogue.Providers, ignoreOrder: true);
        AgentDeclarations.BuiltIn.ShouldBe(AgentCatalogue.BuiltIn, ignoreOrder: true);
        AgentPrograms.All.Select(program => program.Name).ShouldBe(AgentDeclarations.Programs, ignoreOrder: true);
    }
}
