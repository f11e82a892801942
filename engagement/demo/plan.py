"""What Tideline meant to do, in its own words: plans, goals, questions, reviews."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanStory:
    name: str
    first_week: int
    last_week: int
    accomplish: str
    learn: str
    execute: str
    measure: str


@dataclass(frozen=True, slots=True)
class GoalStory:
    plan: int  # Its place in `PLANS`.
    metric: str
    channel: str | None
    target: int
    first_week: int
    last_week: int


@dataclass(frozen=True, slots=True)
class QuestionStory:
    plan: int
    text: str
    answer: str = ""
    answered: int | None = None  # Week.


@dataclass(frozen=True, slots=True)
class ReviewStory:
    """A decision, quoting the plan as it stood; `execute` is what the plan says from then on."""

    plan: int
    week: int
    weekday: int
    learnt: str
    decision: str
    from_week: int | None
    execute: str | None = None


PLANS = (
    PlanStory(
        name="Be found by places that still plan on paper",
        first_week=0,
        last_week=59,
        accomplish=(
            "People who run a small place with shifts (a bakery, a practice, a café, a cinema) "
            "should meet us before they settle for another spreadsheet. By the end of the plan we "
            "want 750 trials that began on one of our own channels, without paid advertising."
        ),
        learn=(
            "Which of these places look for a tool at all, and where? Does anybody ever start a "
            "trial because of a post, or do posts only remind those who know us? We have no idea "
            "how long it takes until an article or an evening shows in the trials."
        ),
        execute=(
            "Three of us, about 10 hours a week together. LinkedIn twice a week, by Jane. An "
            "article a week on the blog and a letter every Tuesday, by Mika. X and Mastodon along "
            "the way, by Lea and Mika. One evening a month with guests. Calls whenever somebody "
            "lets us call. No channel is judged before its delay has passed."
        ),
        measure=(
            "Hours are logged by the day, by all of us, also the ones we are not proud of. Trials "
            "and leads count, talks count, followers hardly do. We look at it every Monday for a "
            "minute and every quarter for an afternoon, and we change the plan only there."
        ),
    ),
    PlanStory(
        name="Put the hours where they pay",
        first_week=60,
        last_week=111,
        accomplish=(
            "The team costs €60 an hour; what an hour on a channel brings should be worth more "
            "than that by the end of the plan, or the channel gives its hours to another one. "
            "680 trials from our own channels and, once there is a payroll export, ten tax "
            "advisers who recommend it."
        ),
        learn=(
            "Does X pay if we do it properly, or not at all? How much of LinkedIn would come "
            "without us by now? Is YouTube a channel for customers or only for viewers? And would "
            "a second evening a month bring as much as the first?"
        ),
        execute=(
            "About 16 hours a week. Two articles a week in place of one, because the "
            "old ones turned out to work late and long. LinkedIn four times, five hours. The Tuesday "
            "letter stays a Tuesday letter. X gets a fair try with seven posts. The evening stays, "
            "every third week if we find rooms."
        ),
        measure=(
            "Return of an hour per channel, with its band, against €60. Nothing is cut before the "
            "expected delay is over: 4 weeks for posts, 6 for evenings, 12 for the blog. A "
            "complaint in public is answered within 4 hours; we look at that every Monday too."
        ),
    ),
)

GOALS = (
    GoalStory(0, "Trials", None, 750, 0, 59),
    GoalStory(0, "Followers", "LinkedIn page", 3500, 0, 59),
    # On track, at risk, and too early to say; in this order.
    GoalStory(1, "Trials", None, 680, 60, 111),
    GoalStory(1, "Leads", "LinkedIn page", 265, 60, 111),
    GoalStory(1, "Talks", "Meetups", 75, 100, 111),
)

QUESTIONS = (
    QuestionStory(
        0,
        "Who asks for us first in a place: the boss, the deputy, or the team?",
        "The deputy, in two of three calls. She makes the plan and has no budget; the boss pays "
        "once she has shown it to him. So we write for the deputy.",
        21,
    ),
    QuestionStory(
        0,
        "How long until an article brings a trial?",
        "About ten weeks, and then for a long time. The six weeks in our plan were a guess, and "
        "we nearly stopped the blog because of it.",
        55,
    ),
    QuestionStory(
        0,
        "Does writing more often bring more?",
        "Not the letter. Three weeks of daily mails cost us 32 hours, a good many readers and "
        "some goodwill, and brought little more than three Tuesdays would have.",
        49,
    ),
    QuestionStory(0, "Which network do bakers use, if any?"),
    QuestionStory(
        1,
        "What takes longest at month end?",
        "Typing hours from the plan into the payroll form; 8 of 11 at one evening, and half of the "
        "answers to the poll. We built the export for it.",
        86,
    ),
    QuestionStory(1, "Does X bring a single trial that would not have come anyway?"),
    QuestionStory(1, "Do tax advisers recommend a tool, and what do they want to see before?"),
    QuestionStory(1, "Would a second evening a month bring as much as the first?"),
    QuestionStory(1, "What would chains of three to five places pay, and for what?"),
)

REVIEWS = (
    ReviewStory(
        plan=0,
        week=29,
        weekday=3,
        learnt=(
            "The launch of swaps brought a jump everywhere, also where we had done nothing, so it "
            "says little about our hours. LinkedIn answers within days. The blog brought nothing "
            "for two and a half months, and then it did; our plan had given it 6 weeks, and Henrik "
            "would have stopped it in the ninth."
        ),
        decision=(
            "LinkedIn gets two hours more and a third post. The blog gets half an hour more "
            "instead of less, because giving up now would be the most expensive thing to do. X "
            "gets half an hour. We start on YouTube with a short film a week and give it 8 weeks "
            "before anybody says anything."
        ),
        from_week=30,
        execute=(
            "Three of us, about 14 hours a week together. LinkedIn three times a week, by Jane. "
            "An article a week on the blog and a letter every Tuesday, by Mika. X six times and "
            "Mastodon along the way. A short film a week, by Lea. One evening a month with "
            "guests. Calls whenever somebody lets us call. No channel is judged before its delay "
            "has passed."
        ),
    ),
    ReviewStory(
        plan=0,
        week=42,
        weekday=4,
        learnt=(
            "The Tuesday letter brings more per hour than nearly everything else. So, is it the "
            "letter, or is it that we do so little of it?"
        ),
        decision=(
            "Three weeks of a letter a day, ten hours a week, everybody writes. If it brings five "
            "times as much we have found something."
        ),
        from_week=43,
    ),
    ReviewStory(
        plan=0,
        week=45,
        weekday=4,
        learnt=(
            "It did not bring five times as much. It brought complaints, and people we like have "
            "left. The last four mails had hardly an answer. We are tired, too."
        ),
        decision="Back to Tuesdays, with an apology. A little less than before until it has healed.",
        from_week=46,
    ),
    ReviewStory(
        plan=0,
        week=59,
        weekday=2,
        learnt=(
            "What we wrote ten weeks ago is what brings trials today: the blog pays, only late. "
            "Evenings pay every time. X has had more hours each quarter and the same two dozen clicks; "
            "nobody is ready to say that it is over. Films are watched by ever more people, who "
            "watch films."
        ),
        decision=(
            "A new plan with the cost of an hour in it. Two articles a week. LinkedIn goes up to "
            "five hours, to see where it ends. One more honest try for X. The delay of the blog goes from 6 to 12 weeks on paper as well."
        ),
        from_week=60,
    ),
    ReviewStory(
        plan=1,
        week=77,
        weekday=1,
        learnt=(
            "While Mika was ill hardly anything was written for six weeks, and it was felt two months "
            "later and not at once. X had a good week that nobody can explain, and then the usual "
            "ones. The fourth post on LinkedIn is hard to see in the numbers."
        ),
        decision=(
            "X gets nine posts and half an hour more, until the next review. LinkedIn stays as it "
            "is; we do not want to find out in public how little a fifth post brings."
        ),
        from_week=78,
        execute=(
            "Between 16 and 17 hours a week. Two articles a week. LinkedIn four times. The Tuesday "
            "letter stays a Tuesday letter. X gets nine posts, for the last time. The evening "
            "stays, every third week if we find rooms."
        ),
    ),
    ReviewStory(
        plan=1,
        week=88,
        weekday=2,
        learnt=(
            "X: no more clicks with nine posts than with four. Lea thinks that we have never been "
            "there long enough at a time to be noticed. Films have half as many viewers again as "
            "a year ago, and we still can't name one customer who came from there."
        ),
        decision=(
            "For the launch and until the end of the plan X gets another half hour, so that nobody "
            "can say we did not try, and films get one too. Then we look at the return of an "
            "hour and not at the viewers."
        ),
        from_week=93,
        execute=(
            "18 hours a week, which is all we have. Two articles a week. LinkedIn four times. The "
            "Tuesday letter stays a Tuesday letter. X gets twelve posts until the end of the plan, "
            "films half an hour more. The evening stays, every third week if we find rooms."
        ),
    ),
    ReviewStory(
        plan=1,
        week=98,
        weekday=3,
        learnt=(
            "The payroll export was what people had been waiting for, and tax advisers talk to "
            "each other. Most of the jump would have come if we had said it once. At meetups one "
            "person in three comes because somebody brought them."
        ),
        decision=(
            "Hours stay as they are until the jump is over, so that we can see what is left of it. "
            "In two weeks we begin to count talks at meetups against a goal of their own."
        ),
        from_week=None,
        execute=(
            "18 hours a week, which is all we have. Two articles a week. LinkedIn four times. The "
            "Tuesday letter stays a Tuesday letter. X keeps its twelve posts until the end of the "
            "plan and not a day longer, films their half hour. The evening stays, every third week, "
            "and each guest may bring a tax adviser."
        ),
    ),
)
