"""The English names of what is cited, in one table."""

from __future__ import annotations

from typing import Final

ENGLISH: Final = {
    "森林法": "Forest Law",
    "森林法实施条例": "Implementing Regulations of the Forest Law",
    "森林采伐更新管理办法": "measures on felling and regeneration",
    "行政许可法": "Licensing Law",
    "行政处罚法": "Penalties Law",
    "个人信息保护法": "Personal Information Protection Law",
    "行政复议法": "Reconsideration Law",
    "行政诉讼法": "Litigation Law",
    "行政复议法第六十四条、行政诉讼法": "Reconsideration Law art 64, Litigation Law",
    "野生动物保护法": "Wildlife Law",
    "陆生野生动物保护实施条例": "implementing regulation on terrestrial wildlife",
    "生物安全法": "Biosecurity Law",
    "生态环境法典": "Ecological and Environmental Code",
    "自然保护区条例": "regulation on nature reserves",
    "植物检疫条例": "plant-quarantine regulation",
    "种子法": "Seed Law",
    "水土保持法": "Law on water and soil conservation",
    "森林防火条例": "forest-fire ordinance",
    "濒危野生动植物进出口管理条例": "regulation on endangered species in trade",
    "外来入侵物种管理办法": "measures on invasive species",
    "引进陆生野生动物外来物种种类及数量审批管理办法": "Order 19 on alien wild animals",
    "建设项目使用林地审核审批管理办法": "Order 35 on the use of forest land",
    "建设项目使用林地审核审批管理规范": "rules on the use of forest land",
    "国家级公益林管理办法": "measures on national public-benefit forest",
    "关于调整森林植被恢复费征收标准的通知": "notice on the rates of the restoration fee",
    "关于加强生态保护红线管理的通知": "notice on the ecological red line",
    "天然林保护修复制度方案": "national plan for natural forest",
    "森林抚育作业设计规定": "rules on tending designs",
    "森林抚育规程": "standard on tending",
    "东北国有林区在用设计检查系统": "checks of a design system in use in the north-east",
    "天然林抚育强度研究": "a paper on the intensity of tending natural forest",
    "北京市天然林保护修复制度实施方案": "Beijing's plan for natural forest",
    "北京市天然林保护修复实施方案": "Beijing's plan for natural forest",  # as findings recorded before call it
    "蓟州区落实天然林保护修复制度实施方案": "Jizhou's plan for natural forest",
    "关于新时代高质量推动生态涵养区生态保护和绿色发展的实施方案": "Beijing's plan for the ecological conservation area",
    "生态保护2022年行动计划": "plan of action for ecological protection 2022",
    "北京市生态保护2023年行动计划": "Beijing's plan of action for ecological protection 2023",
    "北京市森林资源保护管理条例": "Beijing's forest regulation",
    "《北京市森林资源保护管理条例》实施办法": "implementing measures of Beijing's forest regulation",
    "北京市生态涵养区生态保护和绿色发展条例": "Beijing's regulation on the ecological conservation area",
    "北京市种子条例": "Beijing's seed regulation",
    "北京市野生动物保护管理条例": "Beijing's wildlife regulation",
    "北京市重点保护天然林木种质资源目录": "Beijing's list of protected germplasm",
    "北京市行政区域面积": "area of Beijing",
    "天津市行政区域面积": "area of Tianjin",
    "国家林业和草原局公告2021年第2号": "announcement 2 of 2021 of the national forestry administration",
    "天津市人民政府关于下达“十四五”期间年森林采伐限额的通知": "Tianjin's notice on the felling limits of 2021–2025",
    "滨海新区使用林地公示": "public notices of Binhai on the use of forest land",
}
"""What rules, obligations, acts and materials cite, without its edition, as English readers are told of it: the
Chinese name stands beside it, since nobody finds a law of China by another."""

ORDERS: Final = {
    "国家林业局令第35号": "建设项目使用林地审核审批管理办法",
    "国家林业局令第19号": "引进陆生野生动物外来物种种类及数量审批管理办法",
    "林造发〔2012〕191号": "森林抚育作业设计规定",
    "林资规〔2021〕5号": "建设项目使用林地审核审批管理规范",
}
"""What is called by its number in papers and materials, and its name there."""
