"""How every form of the product is drawn."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """`{{ form }}` and `{{ form.name.as_field_group }}` in the product's own look."""

    form_template_name = "_form.html"
    field_template_name = "_field.html"
