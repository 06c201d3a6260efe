from django.shortcuts import render


def quality_page(request):
    return render(request, "web/overview/empty.html")
