using FsCheck;
using FsCheck.Fluent;
using Logist.Core.Workflows;

namespace Logist.Core.Tests.Workflows;

public sealed class StepGraphTests
{
    /// <summary>Edges between up to 12 steps in any direction, also to steps that do not exist.</summary>
    private static readonly Arbitrary<int[][]> AnyNeeds = Arb.From(
        from count in Gen.Choose(1, 12)
        from needs in Gen.ArrayOf(Gen.ArrayOf(Gen.Choose(0, count), 2), count)
        from keep in Gen.ArrayOf(Gen.Choose(0, 2), count)
        select needs.Select((row, i) => row.Take(keep[i]).Distinct().ToArray()).ToArray());

    private static WorkflowDefinition Workflow(int[][] needs) =>
        new("w", [.. needs.Select((row, i) => new StepDefinition($"s{i}") { Needs = [.. row.Select(n => $"s{n}")] })]);

    [Fact]
    public void Ancestors_and_descendants_are_inverse() => Prop.ForAll(AnyNeeds, needs =>
    {
        var graph = Workflow(needs).Graph;
        for (var a = 0; a < graph.Count; a++)
        {
            var below = graph.WithDescendants([a]);
            below[a].ShouldBeTrue();
            for (var b = 0; b < graph.Count; b++)
            {
                below[b].ShouldBe(graph.WithAncestors([b])[a]);
            }
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Needs_and_dependents_are_inverse_and_unknown_needs_are_left_out() => Prop.ForAll(AnyNeeds, needs =>
    {
        var graph = Workflow(needs).Graph;
        for (var i = 0; i < graph.Count; i++)
        {
            graph.Needs(i).ToArray().ShouldBe(needs[i].Where(n => n < needs.Length));
            graph.Needs(i).ToArray().ShouldAllBe(n => graph.Dependents(n).ToArray().Contains(i));
            graph.Dependents(i).ToArray().ShouldAllBe(d => graph.Needs(d).ToArray().Contains(i));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_cycle_is_found_exactly_when_there_is_no_order_and_each_of_its_steps_needs_the_next() => Prop.ForAll(AnyNeeds, needs =>
    {
        var graph = Workflow(needs).Graph;
        var cycle = graph.FindCycle();
        (cycle.Count == 0).ShouldBe(HasOrder(needs));
        for (var i = 0; i < cycle.Count; i++)
        {
            graph.Needs(cycle[i]).ToArray().ShouldContain(cycle[(i + 1) % cycle.Count]);
        }

        cycle.Distinct().Count().ShouldBe(cycle.Count);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_cycle_and_a_chain_of_ten_thousand_steps_do_not_overflow()
    {
        var cycle = Workflow([.. Enumerable.Range(0, 10_000).Select(i => new[] { (i + 1) % 10_000 })]).Graph;
        cycle.FindCycle().Count.ShouldBe(10_000);
        var chain = Workflow([.. Enumerable.Range(0, 10_000).Select(i => i == 0 ? [] : new[] { i - 1 })]).Graph;
        chain.FindCycle().ShouldBeEmpty();
        chain.WithAncestors([9_999]).ShouldAllBe(inside => inside);
        chain.WithDescendants([5_000]).Count(inside => inside).ShouldBe(5_000);
    }

    [Fact]
    public void A_step_is_found_by_number_or_id()
    {
        var workflow = Workflow([[], [0]]);
        workflow.Find("1").ShouldBe(0);
        workflow.Find("s1").ShouldBe(1);
        foreach (var bad in (string[])["0", "-1", "3", "s2", "", "S1"])
        {
            workflow.Find(bad).ShouldBe(-1, bad);
        }
    }

    // By repeated removal of what needs nothing: slow and plainly right.
    private static bool HasOrder(int[][] needs)
    {
        var left = Enumerable.Range(0, needs.Length).ToHashSet();
        while (left.RemoveWhere(i => !needs[i].Any(left.Contains)) > 0) { }
        return left.Count == 0;
    }
}
