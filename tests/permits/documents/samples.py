"""Content for the tests of papers: one of every form, with names and figures that are easy to look for."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from msgspec.structs import replace

from permits.clocks.calendar import Deadline
from permits.documents import forms
from permits.documents.content import Align, Column, Number, Paper, Table, Verification
from permits.documents.forms import life, supervision
from permits.documents.forms.objections import objection_answer
from permits.felling import letters as felling
from permits.introduction import letters as introduction
from permits.occupation import letters as occupation
from permits.occupation.fee_notice import fee_notice
from permits.tending import letters as tending

DAY = date(2026, 11, 21)
BEIJING = timezone(timedelta(hours=8))
FARM = "北京市密云区雾灵山林场"
DISTRICT = "北京市密云区园林绿化局"
VERIFICATION = Verification(
    url="https://permits.example.gov.cn/verify/q3JbX0mR7Zc8w1LkT5uYh2NaPdEsVg4i/", code="7K3F-QX9M-2T4B"
)
TENDING = forms.Matter(
    name="天然林抚育作业设计审批",
    applicant=FARM,
    case_number="FY110118-2026-00012",
    received_on=date(2026, 10, 28),
    licence=False,
)
OCCUPATION = forms.Matter(
    name="占用林地审核",
    applicant="北京市密云区水务局",
    case_number="ZL110118-2026-00003",
    received_on=date(2026, 10, 9),
)
INTRODUCTION = forms.Matter(
    name="外来（野生）物种引进审批",
    applicant="北京某野生动物养殖有限公司",
    case_number="YJ110118-2026-00001",
    received_on=DAY,
)
FELLING = forms.Matter(
    name="林木采伐许可",
    applicant=FARM,
    case_number="CF110118-2026-00007",
    received_on=date(2026, 11, 2),
)


def issue(agency: str = "北京市园林绿化局", prefix: str = "京绿审", *, verified: bool = True) -> forms.Issue:
    """An issue of the day, under a test seal."""
    number = Number(prefix=prefix, year=2026, serial=12, verified=verified)
    return forms.Issue(
        agency=agency,
        number=number,
        date=DAY,
        verification=VERIFICATION,
        contact="联系人：审查处；联系电话：010-55550000",
        reconsideration="北京市人民政府",
        court="北京市通州区人民法院",
        copies=(DISTRICT,),
    )


PLOT_HEADS = (
    ("序号", 0.6, Align.CENTRE), ("林班小班", 1.6, Align.LEFT), ("面积（公顷）", 1, Align.RIGHT),
    ("林种", 1, Align.CENTRE), ("起源", 0.8, Align.CENTRE), ("树种组成", 1.6, Align.LEFT),
    ("抚育方式", 1.2, Align.CENTRE), ("伐前郁闭度", 1, Align.RIGHT), ("保留郁闭度", 1, Align.RIGHT),
    ("株数强度（%）", 1, Align.RIGHT),
    ("蓄积强度（%）", 1, Align.RIGHT), ("备注", 1.6, Align.LEFT),
)  # fmt: skip


def plots(count: int) -> Table:
    """A table of sub-compartments, twelve columns wide; each row is told apart by its name."""
    rows = tuple(
        (
            str(n), f"甲{(n - 1) // 20 + 1}林班{(n - 1) % 20 + 1}小班", "12.5000", "水源涵养林", "天然",
            "6栎2桦1刺1侧", "生长伐", "0.85", "0.68", "18.0", "12.0", "",
        )
        for n in range(1, count + 1)
    )  # fmt: skip
    columns = tuple(Column(head=head, weight=weight, align=align) for head, weight, align in PLOT_HEADS)
    totals = ("合计", f"{count}个小班", f"{count * 125000 / 10000:,.4f}", *("",) * 9)
    return Table(columns=columns, rows=rows, totals=totals)


def design(count: int = 25) -> tending.TendingDesign:
    """A tending design of so many sub-compartments."""
    return tending.TendingDesign(
        name="2026年度天然林抚育作业设计", place="北京市密云区新城子镇", area_ha=f"{count * 12.5:.4f}",
        plot_count=count,
        methods=("生长伐", "卫生伐", "割灌除草"), work_from=date(2026, 11, 25), work_to=date(2027, 1, 31),
        plots=plots(count), uscc="12110228400000000X", compiled_by="北京市林业勘察设计院",
    )  # fmt: skip


def land_use(tenure: occupation.Tenure = occupation.Tenure.PERMANENT) -> occupation.LandUse:
    """A land use over two parcels."""
    heads = ("序号", "林班小班", "地类", "林种", "起源", "保护等级", "森林类别", "权属", "面积（公顷）")
    rows = (
        ("1", "6林班563.1小班", "乔木林地", "防护林", "天然", "Ⅱ级", "国家二级公益林", "集体", "0.2687"),
        ("2", "18林班228.1小班", "灌木林地", "防护林", "天然", "Ⅲ级", "地方公益林", "国有", "0.0471"),
    )
    parcels = Table(
        columns=tuple(Column(head=head) for head in heads), rows=rows, totals=("合计", *("",) * 7, "0.3158")
    )
    return occupation.LandUse(
        project="密云水库上游水源保护工程", tenure=tenure, place="密云区新城子镇6林班、18林班", area_ha="0.3158",
        breakdowns=(
            occupation.Breakdown(by="林种", parts=(("防护林", "0.3158"),)),
            occupation.Breakdown(by="保护等级", parts=(("Ⅱ级", "0.2687"), ("Ⅲ级", "0.0471"))),
            occupation.Breakdown(by="权属", parts=(("集体", "0.2687"), ("国有", "0.0471"))),
        ),
        parcels=parcels, purpose="水利工程", term="2026年12月1日至2028年11月30日", fee="63,160.00元",
    )  # fmt: skip


def plan() -> introduction.Introduction:
    """An introduction of two species."""
    columns = tuple(Column(head=head) for head in ("序号", "中文名", "学名", "类别", "来源", "数量"))
    rows = (
        ("1", "鸸鹋", "Dromaius novaehollandiae", "陆生野生动物", "境外", "20只"),
        ("2", "蓝孔雀", "Pavo cristatus", "陆生野生动物", "境外", "10只"),
    )
    return introduction.Introduction(
        species=Table(columns=columns, rows=rows), summary="鸸鹋等2个物种", origin="境外（澳大利亚）",
        purpose="人工繁育", place="北京市密云区某镇", care="饲养", responsible="王堃",
        others_tried=True, trial_days="2026年12月1日至2027年11月30日",
    )  # fmt: skip


def seeds() -> introduction.Introduction:
    """An introduction of seed from abroad, for the first time, with its isolation trial."""
    return replace(
        plan(), summary="湿地松", origin="境外（美国）", purpose="造林绿化", care="种植", quarantine=True,
        seeds_tried=True, others_tried=False,
    )  # fmt: skip


def work() -> felling.FellingWork:
    """A felling of two stands."""
    heads = ("林班", "小班", "林种", "起源", "树种", "面积（公顷）", "蓄积（立方米）", "株数", "采伐类型", "采伐方式")
    rows = (
        ("12林班", "3小班", "水土保持林", "人工", "油松", "2.5000", "86.4", "640", "抚育采伐", "择伐"),
        ("12林班", "5小班", "用材林", "人工", "侧柏、刺槐", "1.2500", "31.2", "310", "更新采伐", "皆伐"),
    )
    stands = Table(
        columns=tuple(Column(head=head) for head in heads), rows=rows,
        totals=("合计", "", "", "", "", "3.7500", "117.6", "950", "", ""),
    )  # fmt: skip
    return felling.FellingWork(
        place="北京市密云区新城子镇", area_ha="3.75", volume_m3="117.6", stems="950", types=("抚育采伐", "更新采伐"),
        manners=("择伐", "皆伐"), species=("油松", "侧柏", "刺槐"), ownership=("国有",),
        term="2026年12月1日至2027年3月31日", regeneration="人工更新1.25公顷，2028年12月31日前完成", stands=stands,
        uscc="12110228400000000X", tending_design="京绿审〔2026〕11号",
    )  # fmt: skip


def files(count: int = 4) -> tuple[forms.HandedIn, ...]:
    """So many files handed in, with long names too."""
    return tuple(
        forms.HandedIn(
            material="使用林地可行性报告或者林地现状调查表",
            name=f"密云水库上游水源保护工程使用林地可行性报告_第{n}册_final.pdf",
            size=1234567 * n,
            sha256=f"{n:02}" * 32,
        )
        for n in range(1, count + 1)
    )


BASIS = ("《森林抚育作业设计规定》第七条",)
REASONS = (
    "3林班5小班伐后郁闭度为0.55，低于0.60的要求。",
    "作业设计未附天然林经营方案，不能判断修复措施是否符合方案。",
)

PUBLIC = (
    ("申请人", "京北交通建设有限公司（示例）"), ("项目名称", "水库环线道路使用林地"),
    ("使用林地类型", "永久使用林地"),
    ("用途", "公路"), ("地点", "密云区石城镇、冯家峪镇"), ("拟使用林地面积", "3.0000公顷"), ("村", "石塘路村"),
    ("林地权属", "集体"), ("林种", "用材林"), ("优势树种", "油松"), ("地类", "乔木林地3.0000公顷"),
    ("林地保护等级", "Ⅳ级3.0000公顷"), ("图件", "位置图与本公示一并张贴，并可向受理公示意见的单位查阅"),
)  # fmt: skip


def held(title: str = "临时使用林地审批同意书") -> life.Held:
    """A permit of two years, with one condition."""
    return life.Held(
        title=title, number="京绿证〔2025〕7号", granted_on=date(2025, 11, 25), valid_from=date(2025, 11, 25),
        valid_to=date(2026, 11, 24), conditions=("施工期间不得超出批准范围堆放土石方。",),
    )  # fmt: skip


HEARD = "2026年11月3日向你单位送达拟作出决定告知书，你单位于11月6日书面表示无异议，未要求听证。"


def of_life() -> dict[str, Paper]:
    """Every form of a permit's life after approval; of the tending design, which is no licence, two of them."""
    at, land, design_ = issue(), held(), held("天然林抚育作业设计审批证")
    asked = date(2026, 8, 20)
    return {
        "permit_extended": life.extended(at, OCCUPATION, land, until=date(2027, 11, 24), asked_on=asked),
        "deemed_extended": life.extended(
            at, OCCUPATION, land, until=date(2027, 11, 24), asked_on=asked, silent=True
        ),
        "permit_not_extended": life.not_extended(at, OCCUPATION, land, asked_on=asked, reasons=REASONS),
        "permit_changed": life.changed(
            at, TENDING, design_, asked_on=asked, what="holder_name", now="北京市密云区雾灵山生态林场"
        ),
        "permit_not_changed": life.not_changed(
            at, OCCUPATION, land, asked_on=asked, what="representative", reasons=REASONS
        ),
        "permit_paper": life.new_paper(
            at, OCCUPATION, land, why="延续", facts=(("原编号", land.number), *PUBLIC[:-1]), valid_to=date(2027, 11, 24)
        ),
        "permit_withdrawn": life.withdrawn(
            at, OCCUPATION, land, ground="circumstances", reasons="该地块已经划入饮用水水源一级保护区。",
            interest="保护饮用水水源安全。", compensation="按评估结果补偿前期投入38.6万元。", heard=HEARD,
        ),
        "permit_revoked": life.revoked(
            at, OCCUPATION, land, ground="fraud", reasons="申请时提交的林地权属证明系伪造。", heard=HEARD
        ),
        "tending_revoked": life.revoked(
            at, TENDING, design_, ground="procedure", reasons="公示不足五个工作日。", heard=HEARD,
            compensation="作业尚未开始，未造成损失。",
        ),
        "permit_cancelled": life.cancelled(
            at, OCCUPATION, land, ground="expired", reasons="有效期届满，未申请延续。"
        ),
        "cancelled_as_asked": life.cancelled(
            at, FELLING, held("林木采伐许可证"), ground="asked", reasons="经核实，尚未采伐，申请人不再采伐。",
            asked=life.HandedBack(asked_on=asked, used="none"),
        ),
        "permit_not_cancelled": life.not_cancelled(at, OCCUPATION, land, asked_on=asked, reasons=REASONS),
        "reopened": life.reopened(
            at, OCCUPATION, annulled=life.Annulled(
                how="行政复议决定", organ="北京市人民政府", number="京政复字〔2026〕5号", decided_on=DAY,
                decision="《不予行政许可决定书》（编号：京绿许〔2026〕7号）", ordered=True,
            ), same_barred=True, until=Deadline(DAY), note="重新核实林地权属后作出决定。",
        ),
        "permit_forfeited": life.forfeited(
            at, FELLING, held("林木采伐许可证"), organ="北京市密云区园林绿化局", number="密绿罚决〔2026〕3号",
            decided_on=DAY, reasons="超出许可范围采伐12.6立方米。", heard=HEARD,
        ),
    }  # fmt: skip


def of_supervision() -> dict[str, Paper]:
    """What supervision after approval writes."""
    at = issue()
    return {
        "inspection_record": supervision.inspection_record(at, FELLING, supervision.Inspected(
            permit=held("林木采伐许可证").named, inspected_on=DAY, at="09:30", place="12林班3小班", present="王某",
            inspectors=[("周某", "科长", "京林执0123"), ("吴某", "科员", "")],
            findings=[("更新造林", "not_in_order", "更新面积不足。"), ("采伐情况报告", "in_order", "")],
            places=[("现场.jpg", "117.123456", "40.543210", "迹地东侧")], holder_said="情况属实。",
        )),
        "acceptance_certificate": supervision.acceptance_certificate(at, FELLING, supervision.Accepted(
            title="更新验收合格证", law="《森林采伐更新管理办法》",
            finding="更新造林的面积和质量验收合格", permit=held("林木采伐许可证").named, obligation="更新造林",
            reported_on=DAY, inspected_on=DAY, place="12林班3小班", inspectors=["周某", "吴某"],
            table=(("小班", "更新面积（公顷）", "树种", "成活率（%）"), [("12林班3小班", "4.0", "刺槐", "90")]),
        )),
        "rectification": supervision.rectification(
            at, FELLING, permit=held("林木采伐许可证").named, obligation="更新造林", found="更新面积不足。",
            demands=("补植2公顷。", "清理剩余物。"), basis="《中华人民共和国森林法》第六十一条", until=DAY,
        ),
    }  # fmt: skip


def of_decisions() -> dict[str, Paper]:
    """Every decision of each kind, its certificate, and what the applicant and objectors are told before it."""
    at, land, temporary = issue(), land_use(), land_use(occupation.Tenure.TEMPORARY)
    district = issue(DISTRICT, DISTRICT, verified=False)
    refused = {"reasons": REASONS, "basis": BASIS}
    return {
        "tending_approval": tending.tending_approval(
            at, TENDING, design(), basis=BASIS, first_review=DISTRICT
        ),
        "tending_refusal": tending.tending_refusal(at, TENDING, design(), reasons=REASONS, basis=BASIS),
        "tending_certificate": tending.tending_certificate(at, TENDING, design(), reply="京绿审〔2026〕11号"),
        "occupation_approval": occupation.occupation_approval(at, OCCUPATION, land),
        "occupation_refusal": occupation.occupation_refusal(
            at, OCCUPATION, land, reasons=REASONS, fee_paid=Decimal("50000")
        ),
        "occupation_consent": occupation.occupation_consent(at, OCCUPATION, land, decision="京绿审〔2026〕11号"),
        "temporary_consent": occupation.occupation_consent(at, OCCUPATION, temporary, decision="京绿审〔2026〕11号"),
        "temporary_approval": occupation.occupation_approval(at, OCCUPATION, temporary),
        "introduction_approval": introduction.introduction_approval(at, INTRODUCTION, plan()),
        "introduction_refusal": introduction.introduction_refusal(at, INTRODUCTION, plan(), reasons=REASONS),
        "introduction_permit": introduction.introduction_permit(
            at, INTRODUCTION, plan(), decision="京绿审〔2026〕11号"
        ),
        "introduction_permit_of_seeds": introduction.introduction_permit(
            at, INTRODUCTION, seeds(), decision="京绿审〔2026〕11号"
        ),
        "introduction_approval_of_seeds": introduction.introduction_approval(
            at, INTRODUCTION, seeds(), basis=("《植物检疫条例》第十二条",)
        ),
        "felling_approval": felling.felling_approval(at, FELLING, work()),
        "felling_refusal": felling.felling_refusal(at, FELLING, work(), **refused),
        "felling_licence": felling.felling_licence(at, FELLING, work(), decision="京绿审〔2026〕11号"),
        "occupation_fee_notice": fee_notice(
            at, OCCUPATION, land,
            said={"amount": "63160", "until": "2026-12-10", "payee": "国家金库北京市密云区支库",
                  "difference": "2林班地块经认定为灌木林地，按灌木林地标准计算。"},
        ),
        "occupation_fee_notice_made_up": fee_notice(
            at, OCCUPATION, land,
            said={"amount": "63000", "until": "2026-12-10", "payee": "国家金库北京市密云区支库", "made_up": {
                "source": "关于调整森林植被恢复费征收标准的通知（财税〔2015〕122号）",
                "lines": [
                    {"land": "乔木林地，国家和省级公益林林地，城市规划区外的经营性建设项目", "area": "1,200",
                     "rate": "10×2×2", "amount": "48,000.00"},
                    {"land": "灌木林地", "area": "2,500", "rate": "6", "amount": "15,000.00"},
                ],
            }},
        ),
        "objection_answer": objection_answer(
            district, OCCUPATION, objector="王某", received=DAY, objection="施工道路占用我家承包林地。",
            answer="该道路已经改线，不再经过你家承包林地。", upheld="partly",
        ),
    }  # fmt: skip


def of_procedure() -> dict[str, Paper]:
    """What is written on the way from receipt to delivery."""
    at, district = issue(), issue(DISTRICT, DISTRICT, verified=False)
    items = tuple(
        forms.Correction(where=f"材料{n}", what=f"第{n}处：缺少设计单位盖章，或者与一览表不一致。")
        for n in range(1, 13)
    )
    hearing = {"addressee": "新城子镇某村村民委员会"}
    interest = "拟使用的林地与你村集体林地相邻，施工道路需要穿越你村林地。"
    return {
        "acceptance": forms.acceptance(district, TENDING, accepted_on=DAY, working_days=20),
        "deemed_acceptance": forms.deemed_acceptance(
            district, OCCUPATION, accepted_on=OCCUPATION.received_on, working_days=20
        ),
        "correction": forms.correction(district, TENDING, items=items, until=date(2026, 12, 5)),
        "non_acceptance": forms.non_acceptance(
            district, OCCUPATION, ground="other_organ", reason="所涉林地位于平谷区。", organ="北京市平谷区园林绿化局"
        ),
        "no_permit_needed": forms.non_acceptance(
            district, INTRODUCTION, ground="no_permit_needed", reason="国内移植，未查到设定许可的规定。"
        ),
        "not_completed": forms.non_acceptance(
            district, FELLING, ground="not_completed", reason="未提交采伐作业设计。", until=date(2026, 12, 5)
        ),
        "acceptance_above": forms.acceptance(
            district, TENDING, accepted_on=DAY, working_days=20, promised=12, decides="北京市园林绿化局"
        ),
        "acceptance_two_periods": forms.acceptance(
            district, TENDING, accepted_on=DAY, working_days=20, first_review=20, decides="北京市园林绿化局"
        ),
        "acceptance_of_the_state": forms.acceptance(
            district, OCCUPATION, accepted_on=DAY, working_days=20, above="国家林业和草原局"
        ),
        "extension": forms.extension(
            at, OCCUPATION, working_days=10, reason="需要补充现场查验。", due=Deadline(date(2026, 12, 18))
        ),
        "suspension": forms.suspension(at, OCCUPATION, ground="expert_review", reason="需要专家评审。", since=DAY),
        "resumption": forms.resumption(at, OCCUPATION, since=DAY),
        "report_up": forms.report_up(at, OCCUPATION, organ="国家林业和草原局"),
        "third_party": forms.third_party(at, OCCUPATION, party="新城子镇某村村民委员会", interest=interest),
        "hearing_rights": forms.hearing_rights(at, OCCUPATION, interest=interest, **hearing),
        "hearing_notice": forms.hearing_notice(
            at, OCCUPATION, held_on=date(2026, 12, 10), at="09:30", place="镇会议室", chair="李龘", subject="使用林地",
            addressee=f"{OCCUPATION.applicant}、新城子镇某村村民委员会",
        ),
        "hearing_off": forms.hearing_off(
            at, OCCUPATION, held_on=date(2026, 12, 10), at="09:30", place="镇会议室",
            addressee=f"{OCCUPATION.applicant}、新城子镇某村村民委员会",
        ),
        "consultation": forms.consultation(at, OCCUPATION, office="市规划和自然资源委员会", question="是否符合规划？"),
        "delivery_receipt": forms.delivery_receipt(at, TENDING, papers=("批复 京绿审〔2026〕11号",)),
        "materials_receipt": forms.materials_receipt(
            district, OCCUPATION, at=datetime(2026, 11, 21, 9, 5, tzinfo=BEIJING), by="吴经办",
            content_sha256="ab12" * 16, files=files(), working_days=5,
        ),
        "corrected_materials_receipt": forms.materials_receipt(
            district, TENDING, at=datetime(2026, 11, 21, 15, 30, tzinfo=BEIJING), by="吴经办",
            content_sha256="ab12" * 16, files=files(30), working_days=5, corrected=True,
        ),
        "outcome": forms.outcome(at, TENDING, result="同意"),
        "public_notice": forms.public_notice(
            district, OCCUPATION, facts=PUBLIC, starts=DAY,
            ends=date(2026, 11, 27), contact=DISTRICT,
        ),
    }  # fmt: skip


def all_papers() -> dict[str, Paper]:
    """Every form, by the name of its builder."""
    return of_life() | of_supervision() | of_decisions() | of_procedure()
