"""What the rules cite: the local documents by line (S0 to S4), the laws by article.

A clause marked （摘要） gives the content, not the wording: the text itself was read in a summary, or not found.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from permits.rules.base import Citation, Verified

S0_NAME: Final = "北京市天然林保护修复制度实施方案（原件无标题、无日期，标题为推定）"
S1_NAME: Final = "蓟州区落实天然林保护修复制度实施方案"
S2_NAME: Final = "关于新时代高质量推动生态涵养区生态保护和绿色发展的实施方案"
S3_NAME: Final = "生态保护2022年行动计划"
S4_NAME: Final = "北京市生态保护2023年行动计划"


def s0(line: int, clause: str) -> Citation:
    """Beijing's plan: no date is in the file."""
    return Citation(S0_NAME, f"L{line}", clause, "verified")


def s1(line: int, clause: str) -> Citation:
    """Jizhou's plan of 2020-10-29."""
    return Citation(S1_NAME, f"L{line}", clause, "verified", date(2020, 10, 29))


def s2(line: int, clause: str) -> Citation:
    """Beijing's ecological conservation area, of 2022-12-23; its term is 2023 to 2027 (实施期限)."""
    return Citation(S2_NAME, f"L{line}", clause, "verified", date(2023, 1, 1), date(2027, 12, 31))


def s3(line: int, clause: str) -> Citation:
    """The 2022 plan of action."""
    return Citation(S3_NAME, f"L{line}", clause, "verified", date(2022, 1, 1), date(2022, 12, 31))


def s4(line: int, clause: str) -> Citation:
    """The 2023 plan of action."""
    return Citation(S4_NAME, f"L{line}", clause, "verified", date(2023, 1, 1), date(2023, 12, 31))


def forest_law(article: str, clause: str) -> Citation:
    """森林法, as revised in 2019."""
    return Citation("森林法（2019年修订）", article, clause, "verified", date(2020, 7, 1))


def forest_regulation(article: str, clause: str) -> Citation:
    """森林法实施条例; a text newer than 2018 was not found."""
    return Citation("森林法实施条例（2018年修订）", article, clause, "verified", date(2018, 3, 19))


def land_use_measures(article: str, clause: str, verified: Verified = "verified") -> Citation:
    """令35, as amended by 令42: arts 1 to 4, 10, 11 and 20 to 25 were read, the others not."""
    return Citation(
        "建设项目使用林地审核审批管理办法（国家林业局令第35号，第42号修改）",
        article,
        clause,
        verified,
        date(2015, 5, 1),
    )


def land_use_rules(clause: str) -> Citation:
    """林资规〔2021〕5号: read in its official summary, without paragraph numbers."""
    return Citation(
        "建设项目使用林地审核审批管理规范（林资规〔2021〕5号）",
        "官方摘要，未见条款号",
        clause,
        "verified",
        date(2021, 9, 13),
    )


def fee_notice(clause: str) -> Citation:
    """财税〔2015〕122号: read in three provinces' notices that apply it."""
    return Citation("关于调整森林植被恢复费征收标准的通知（财税〔2015〕122号）", "征收标准", clause, "secondary")


def design_rules(article: str, clause: str) -> Citation:
    """林造发〔2012〕191号, arts 1 to 7."""
    return Citation("森林抚育作业设计规定（林造发〔2012〕191号）", article, clause, "verified")


def soil_and_water(article: str, clause: str) -> Citation:
    """水土保持法, as revised in 2010."""
    return Citation("水土保持法（2010年修订）", article, clause, "verified", date(2011, 3, 1))


def forest_fires(article: str, clause: str) -> Citation:
    """森林防火条例, as revised in 2008."""
    return Citation("森林防火条例（2008年修订）", article, clause, "verified", date(2009, 1, 1))


def thinning_standard(clause: str, verified: Verified = "memory") -> Citation:
    """GB/T 15781-2015: that it controls these values was read, its text was not."""
    return Citation("森林抚育规程（GB/T 15781-2015）", "质量控制（条号未查到）", clause, verified, date(2015, 11, 2))


def design_checks(clause: str) -> Citation:
    """Checks built into systems in use in the state forests of the north-east."""
    return Citation("东北国有林区在用设计检查系统", "系统校验规则", clause, "practice")


def public_benefit_measures(clause: str) -> Citation:
    """国家级公益林管理办法 art 12, from a copy with altered synonyms."""
    return Citation("国家级公益林管理办法", "第十二条", clause, "secondary")


def nature_reserves(clause: str) -> Citation:
    """自然保护区条例 as revised in 2026; article numbers were not found."""
    return Citation("自然保护区条例（国务院令第830号）", "条号未查到", clause, "verified", date(2026, 3, 15))


def old_nature_reserves(article: str, clause: str) -> Citation:
    """自然保护区条例 of 1994 in its text of 2017-10-07, read in full in a copy of the national law database; in force
    until the day before the regulation of 2026."""
    return Citation(
        "自然保护区条例（国务院令第167号，2017年修订）",
        article,
        clause,
        "verified",
        date(2017, 10, 7),
        date(2026, 3, 14),
    )


def beijing_forest(article: str, clause: str) -> Citation:
    """北京市森林资源保护管理条例, text of 2018-03-30; a newer one was not found."""
    return Citation("北京市森林资源保护管理条例", article, clause, "verified", date(1999, 11, 1))


def beijing_conservation_area(article: str, clause: str) -> Citation:
    """北京市生态涵养区生态保护和绿色发展条例."""
    return Citation("北京市生态涵养区生态保护和绿色发展条例", article, clause, "verified", date(2021, 6, 5))


def beijing_seed(article: str, clause: str) -> Citation:
    """北京市种子条例."""
    return Citation("北京市种子条例", article, clause, "verified", date(2022, 4, 1))


def beijing_wildlife(article: str, clause: str) -> Citation:
    """北京市野生动物保护管理条例."""
    return Citation("北京市野生动物保护管理条例", article, clause, "verified", date(2020, 6, 1))


def wildlife_law(article: str, clause: str) -> Citation:
    """野生动物保护法, as revised in 2022."""
    return Citation("野生动物保护法（2022年修订）", article, clause, "verified", date(2023, 5, 1))


def wildlife_regulation(article: str, clause: str) -> Citation:
    """陆生野生动物保护实施条例."""
    return Citation("陆生野生动物保护实施条例（2016年修订）", article, clause, "verified", date(2016, 2, 6))


def plant_quarantine(article: str, clause: str) -> Citation:
    """植物检疫条例."""
    return Citation("植物检疫条例（2017年修订）", article, clause, "verified", date(2017, 10, 7))


def biosecurity(article: str, clause: str) -> Citation:
    """生物安全法; the text read is that of 2024."""
    return Citation("生物安全法", article, clause, "verified", date(2021, 4, 15))


def endangered(article: str, clause: str) -> Citation:
    """濒危野生动植物进出口管理条例, of animals and plants, in its text of 2019."""
    return Citation("濒危野生动植物进出口管理条例（2019年修订）", article, clause, "verified", date(2019, 3, 2))


def seed_law(article: str, clause: str) -> Citation:
    """种子法, as amended in 2021."""
    return Citation("种子法（2021年修正）", article, clause, "verified", date(2022, 3, 1))


def import_measures(article: str, clause: str, verified: Verified = "verified") -> Citation:
    """令19, as amended by 令42: arts 1 to 6 were read."""
    return Citation(
        "引进陆生野生动物外来物种种类及数量审批管理办法（国家林业局令第19号，第42号修改）", article, clause, verified
    )


def invasive_species(clause: str) -> Citation:
    """外来入侵物种管理办法, arts 1 to 5 and its official summary."""
    return Citation("外来入侵物种管理办法（令2022年第4号）", "官方解读（条号未查到）", clause, "secondary")


def ecological_code(clause: str) -> Citation:
    """生态环境法典, book 3."""
    return Citation("生态环境法典", "第三编 生态保护", clause, "verified", date(2026, 8, 15))


NATIONAL_PLAN: Final = Citation(
    "天然林保护修复制度方案（中办发〔2019〕39号）",
    "主管部门负责人的解读",
    "除国防建设、国家重大工程等特殊需要外，禁止占用重点区域的天然林地（摘要）",
    "secondary",
)
PERMIT_LAW_DELEGATION: Final = Citation(
    "行政许可法（2019年修正）",
    "第二十四条",
    "行政机关在其法定职权范围内，依照法律、法规、规章的规定，可以委托其他行政机关实施行政许可。",
    "verified",
    date(2019, 4, 23),
)
PERMIT_LAW_COMPETENCE: Final = Citation(
    "行政许可法（2019年修正）",
    "第三十二条第一款第二项",
    "申请事项依法不属于本行政机关职权范围的，应当即时作出不予受理的决定，并告知申请人向有关行政机关申请",
    "verified",
    date(2019, 4, 23),
)
PERMIT_LAW_VERIFY: Final = Citation(
    "行政许可法（2019年修正）",
    "第三十四条第三款",
    "根据法定条件和程序，需要对申请材料的实质内容进行核实的，行政机关应当指派两名以上工作人员进行核查。",
    "verified",
    date(2019, 4, 23),
)
PERMIT_LAW_WATCH: Final = Citation(
    "行政许可法",
    "第六十一条第一款",
    "行政机关应当建立健全监督制度，通过核查反映被许可人从事行政许可事项活动情况的有关材料，履行监督责任。",
    "verified",
)
PERMIT_LAW_NOT_NEEDED: Final = Citation(
    "行政许可法（2019年修正）",
    "第三十二条第一款第一项",
    "申请事项依法不需要取得行政许可的，应当即时告知申请人不受理",
    "verified",
    date(2019, 4, 23),
)
T09: Final = s0(22, "对纳入自然保护区核心保护区的天然林，禁止一切生产经营活动。")
CORE_ZONE: Final = nature_reserves("核心保护区内原则上禁止人为活动")
CONTROL_ZONE: Final = nature_reserves("一般控制区内严格限制人为活动")
# Until 2026-03-14. Today's core protection zone was made of the former core and buffer zones, today's general control
# zone of the former experimental zone: a case of those days names them by today's codes.
OLD_CORE_ZONE: Final = old_nature_reserves("第二十七条第一款", "禁止任何人进入自然保护区的核心区。")
OLD_BUFFER_ZONE: Final = old_nature_reserves("第二十八条第一款", "禁止在自然保护区的缓冲区开展旅游和生产经营活动。")
OLD_FACILITIES: Final = old_nature_reserves(
    "第三十二条第一款",
    (
        "在自然保护区的核心区和缓冲区内，不得建设任何生产设施。在自然保护区的实验区内，"
        "不得建设污染环境、破坏资源或者景观的生产设施；建设其他项目，"
        "其污染物排放不得超过国家和地方规定的污染物排放标准。"
    ),
)
OLD_BANS: Final = old_nature_reserves(
    "第二十六条",
    (
        "禁止在自然保护区内进行砍伐、放牧、狩猎、捕捞、采药、开垦、烧荒、开矿、采石、挖沙等活动；"
        "但是，法律、行政法规另有规定的除外。"
    ),
)
OLD_ZONES: Final = old_nature_reserves(
    "第十八条第四款",
    "缓冲区外围划为实验区，可以进入从事科学试验、教学实习、参观考察、旅游以及驯化、繁殖珍稀、濒危野生动植物等活动。",
)
KEY_ZONE_BEIJING: Final = s0(
    24,
    (
        "严管天然林地占用，严格控制天然林地转为其他用途，除国防建设、国家重大工程等特殊情况外，"
        "禁止占用重点保护区域的天然林地。"
    ),
)
KEY_ZONE_JIZHOU: Final = s1(
    31,
    "对纳入保护重点区域的天然林，除森林防火、林业有害生物防治等维护天然林健康的措施外，禁止其他一切生产经营活动。",
)
RESERVE_TREES: Final = forest_law(
    "第五十五条第一款第三项",
    (
        "自然保护区的林木，禁止采伐。但是，因防治林业有害生物、森林防火、维护主要保护对象生存环境、"
        "遭受自然灾害等特殊情况必须采伐的和实验区的竹林除外。"
    ),
)
FIRST_CLASS_STATE: Final = public_benefit_measures(
    "国有一级国家级公益林，不得开展任何生产经营活动；因科研等确需采伐，或者发生较重火灾、"
    "病虫害及其他自然灾害确需清理的，组织专家进行生态影响评价，经批准后实施（摘要）"
)
FIRST_CLASS_OTHERS: Final = public_benefit_measures(
    "集体和个人所有的一级国家级公益林，以严格保护为原则，需抚育和更新采伐的，"
    "提出书面申请和含生态影响评价的作业设计，经县级审核，在所在村公示后核发采伐许可证（摘要）"
)
DESIGN_ELSEWHERE: Final = design_rules(
    "第七条", "抚育作业设计经林业主管部门批准后方可实施，批准权限由省级林业主管部门规定（摘要）"
)
OUT_OF_SEASON: Final = beijing_forest(
    "第三十三条第二款",
    "在非采伐期内，因特殊情况需要采伐林木。须经市林业行政主管部门批准，法律、法规另有规定的除外。",
)
FELLING_PLAN: Final = soil_and_water(
    "第二十二条第二款",
    "在林区采伐林木的，采伐方案中应当有水土保持措施。采伐方案经林业主管部门批准后，由林业主管部门和水行政主管部门监督实施。",
)
FIRE_USED: Final = forest_fires(
    "第二十五条第一款",
    (
        "森林防火期内，禁止在森林防火区野外用火。因防治病虫鼠害、冻害等特殊情况确需野外用火的，应当经县级人民政府批准，"
        "并按照要求采取防火措施，严防失火"
    ),
)
