"""Pages of officers, heads and auditors, and the home of everyone."""

from django.urls import path

from workflows.views import cases, home, lists, notifications, people, tasks

urlpatterns = [
    path("", home.home, name="home"),
    path("queue/claim/", lists.claim_several, name="queue-claim"),
    path("queue/<slug:name>/", lists.queue, name="queue"),
    path("tasks/<row:pk>/", tasks.task, name="task"),
    path("tasks/<row:pk>/claim/", tasks.claim, name="task-claim"),
    path("tasks/<row:pk>/release/", tasks.release, name="task-release"),
    path("tasks/<row:pk>/reassign/", tasks.reassign, name="task-reassign"),
    path("notifications/", notifications.news_list, name="notifications"),
    path("notifications/read/", notifications.news_read, name="notifications-read"),
    path("notifications/choices/", notifications.choices, name="notification-choices"),
    path("notifications/<row:pk>/", notifications.news_open, name="notification"),
    path("people/", people.agency_people, name="agency-people"),
    path("people/<row:pk>/close/", people.person_close, name="person-close"),
    path("cases/", lists.case_list, name="case-list"),
    path("cases/<row:pk>/", cases.case, name="case"),
    path("cases/<row:pk>/record.json", cases.record, name="case-record"),
    path("cases/<row:pk>/acts/<slug:name>/", cases.act, name="case-act"),
]
