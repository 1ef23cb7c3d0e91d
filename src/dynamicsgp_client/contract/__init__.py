"""What GP's SOAP service declares: its operations and types, read from one description, and the WSDL made of it."""

from dynamicsgp_client.contract.description import Choice as Choice
from dynamicsgp_client.contract.description import Contract as Contract
from dynamicsgp_client.contract.description import Member as Member
from dynamicsgp_client.contract.description import Operation as Operation
from dynamicsgp_client.contract.description import Type as Type
from dynamicsgp_client.contract.description import load as load
from dynamicsgp_client.contract.wsdl import wsdl as wsdl
